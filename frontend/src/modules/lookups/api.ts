/** Calls about who looked at whom. */
import { http, type Page } from '@/api/http'
import type { Schemas } from '@/api/types'

export type SeenBy = Schemas['SeenBy']
export type UnusualLooks = Schemas['UnusualLooks']

const BASE = '/api/supervision/v1/lookups'

export const lookupsApi = {
  seenBy: (resident: string, cursor: string | null) => http.get<Page<SeenBy>>(BASE, { query: { resident, cursor } }),
  unusual: (days: number) => http.get<{ items: UnusualLooks[] }>(`${BASE}/alerts`, { query: { days } }),
}
