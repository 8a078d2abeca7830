/** Calls to the desk about windows and tickets, and what it answers. */
import type { Closer, Schemas } from '@/api/types'
import { everyPage, http } from '@/api/http'

export type Priority = 'elder' | 'disabled' | 'pregnant' | 'veteran' | 'normal'
/** Whoever goes before, in the order of the buttons. */
export const GOES_FIRST: readonly Priority[] = ['elder', 'disabled', 'pregnant', 'veteran']

export type Ticket = Closer<Schemas['Ticket'], { priority: Priority }>

export type TakenTicket = Schemas['TakenTicket']

export type ServiceWindow = Schemas['Window']

export type QueueAnswer = Closer<Schemas['Queue'], { waiting: Ticket[]; skipped: Ticket[] }>

export type CallAnswer = Schemas['Called']

export type Board = Schemas['Board']

export type Hall = Schemas['Hall']

export type FollowedTicket = Schemas['PublicTicket']

export type QueueReport = Schemas['QueueReport']

const DESK = '/api/desk/v1'
const PUBLIC = '/api/public/v1'
const followed = (token: string): string => `${PUBLIC}/tickets/${encodeURIComponent(token)}`

export const listWindows = (): Promise<{ items: ServiceWindow[] }> => everyPage(`${DESK}/windows`)
export const readQueue = (): Promise<QueueAnswer> => http.get(`${DESK}/queue`)
export const readReport = (day?: string): Promise<QueueReport> => http.get(`${DESK}/queue/report`, { query: { day } })
export const takeTicket = (priority: Priority): Promise<TakenTicket> => http.post(`${DESK}/tickets`, { priority })
export const takeFor = (channel: 'kiosk' | 'phone', division: string, priority: Priority, category?: string): Promise<TakenTicket> => http.post(`${PUBLIC}/tickets`, { division, priority, channel, category: category || null })
export const comeBack = (ticketId: string): Promise<Ticket> => http.post(`${DESK}/tickets/${ticketId}/come-back`)
export const callNext = (windowId: string): Promise<CallAnswer> => http.post(`${DESK}/windows/${windowId}/call-next`)
export const recall = (windowId: string): Promise<CallAnswer> => http.post(`${DESK}/windows/${windowId}/recall`)
export const skip = (windowId: string): Promise<CallAnswer> => http.post(`${DESK}/windows/${windowId}/skip`)
export const transfer = (windowId: string, to: string): Promise<CallAnswer> => http.post(`${DESK}/windows/${windowId}/transfer`, { to_window_id: to })
export const readBoard = (division: string): Promise<Board> => http.get(`${PUBLIC}/board`, { query: { division } })
export const readHall = (division: string): Promise<Hall> => http.get(`${PUBLIC}/halls/${division}`)
export const followTicket = (token: string): Promise<FollowedTicket> => http.get(followed(token))
export const leaveQueue = (token: string): Promise<FollowedTicket> => http.post(`${followed(token)}/leave`)
