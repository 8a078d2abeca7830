/** Calls about who looked at whom. */
import { http, type Page } from '@/api/http'
import type { Schemas } from '@/api/types'

export type SeenBy = Schemas['SeenBy']
export type UnusualLooks = Schemas['UnusualLooks']
export type AlertState = UnusualLooks['state']
export type Rule = Schemas['NewAnswer']['rule']
export type Found = Schemas['ResidentBrief']
export type Watch = Schemas['UnusualLooksPage']

const BASE = '/api/supervision/v1/lookups'
const REGISTRY = '/api/registry/v1'

export const lookupsApi = {
  seenBy: (resident: string, cursor: string | null) => http.get<Page<SeenBy>>(BASE, { query: { resident, cursor } }),
  unusual: (days: number, state: AlertState, cursor: string | null) => http.get<Watch>(`${BASE}/alerts`, { query: { days, state, cursor } }),
  answer: (alert: UnusualLooks, note: string) =>
    http.post<Schemas['Answer']>(`${BASE}/alerts/answers`, { rule: alert.rule as Rule, actor: alert.actor?.id ?? '', day: alert.day, note }),
  find: (q: string) => http.post<Page<Found>>(`${REGISTRY}/residents/search`, { q, limit: 10 }),
  link: (account: string, resident: string) => http.put<Schemas['StaffLink']>(`${REGISTRY}/staff/${account}`, { resident_id: resident }),
}
