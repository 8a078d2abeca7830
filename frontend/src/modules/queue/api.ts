/** Calls to the desk about windows and tickets, and what it answers. */
import { http } from '@/api/http'

export type Priority = 'elder' | 'disabled' | 'pregnant' | 'veteran' | 'normal'

export interface Ticket {
  id: string
  label: string
  number: number
  priority: Priority
  state: 'waiting' | 'called' | 'done' | 'skipped'
  division: string
  window_id: string | null
  calls: number
  taken_at: string
  called_at: string | null
}

export interface TakenTicket extends Ticket {
  token: string
  ahead: number
  expected_wait_minutes: number | null
}

export interface ServiceWindow {
  id: string
  division: string
  number: number
  name: string
  state: 'open' | 'closed'
  ticket: Ticket | null
  version: number
}

export interface QueueAnswer {
  waiting: Ticket[]
  waiting_count: number
  expected_wait_minutes: number | null
}

export interface CallAnswer {
  window_id: string
  ticket: Ticket | null
  waiting: number
}

export interface Board {
  hall: string
  calling: { label: string; window: number; window_name: string; called_at: string }[]
  waiting: number
  next: string[]
  expected_wait_minutes: number | null
}

const DESK = '/api/desk/v1'

export const listWindows = (): Promise<{ items: ServiceWindow[] }> => http.get(`${DESK}/windows`)
export const readQueue = (): Promise<QueueAnswer> => http.get(`${DESK}/queue`)
export const takeTicket = (priority: Priority): Promise<TakenTicket> => http.post(`${DESK}/tickets`, { priority })
export const takeAtKiosk = (division: string, priority: Priority): Promise<TakenTicket> => http.post('/api/public/v1/tickets', { division, priority, channel: 'kiosk' })
export const callNext = (windowId: string): Promise<CallAnswer> => http.post(`${DESK}/windows/${windowId}/call-next`)
export const recall = (windowId: string): Promise<CallAnswer> => http.post(`${DESK}/windows/${windowId}/recall`)
export const skip = (windowId: string): Promise<CallAnswer> => http.post(`${DESK}/windows/${windowId}/skip`)
export const readBoard = (division: string): Promise<Board> => http.get('/api/public/v1/board', { query: { division } })
