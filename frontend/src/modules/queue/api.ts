/** Calls to the desk about windows and tickets, and what it answers. */
import type { Closer, Schemas } from '@/api/types'
import { http } from '@/api/http'

export type Priority = 'elder' | 'disabled' | 'pregnant' | 'veteran' | 'normal'

export type Ticket = Closer<Schemas['Ticket'], { priority: Priority }>

export type TakenTicket = Schemas['TakenTicket']

export type ServiceWindow = Schemas['Window']

export type QueueAnswer = Closer<Schemas['Queue'], { waiting: Ticket[] }>

export type CallAnswer = Schemas['Called']

export type Board = Schemas['Board']

const DESK = '/api/desk/v1'

export const listWindows = (): Promise<{ items: ServiceWindow[] }> => http.get(`${DESK}/windows`)
export const readQueue = (): Promise<QueueAnswer> => http.get(`${DESK}/queue`)
export const takeTicket = (priority: Priority): Promise<TakenTicket> => http.post(`${DESK}/tickets`, { priority })
export const takeAtKiosk = (division: string, priority: Priority): Promise<TakenTicket> => http.post('/api/public/v1/tickets', { division, priority, channel: 'kiosk' })
export const callNext = (windowId: string): Promise<CallAnswer> => http.post(`${DESK}/windows/${windowId}/call-next`)
export const recall = (windowId: string): Promise<CallAnswer> => http.post(`${DESK}/windows/${windowId}/recall`)
export const skip = (windowId: string): Promise<CallAnswer> => http.post(`${DESK}/windows/${windowId}/skip`)
export const readBoard = (division: string): Promise<Board> => http.get('/api/public/v1/board', { query: { division } })
