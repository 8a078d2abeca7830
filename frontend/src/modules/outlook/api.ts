/** Calls about what will be overdue, work on several cases, and handing over. */
import { everyPage, http, type Page } from '@/api/http'
import type { Closer, Schemas } from '@/api/types'
import type { BatchResults, CaseBrief } from '@/modules/cases/api'

export type OutlookCase = Closer<Schemas['OutlookCase'], Pick<CaseBrief, 'clock'>>
export type OutlookFigures = Schemas['OutlookFigures']
export type Colleague = Schemas['ColleagueView']
export interface OutlookFilter {
  department?: string
  holder?: string
  day?: string
}

const BASE = '/api/desk/v1'

export const outlookApi = {
  list: (filter: OutlookFilter, cursor: string | null) => http.get<Page<OutlookCase>>(`${BASE}/outlook`, { query: { ...filter, cursor } }),
  figures: () => http.get<OutlookFigures>(`${BASE}/outlook/figures`),
  colleagues: () => everyPage<Colleague>(`${BASE}/colleagues`),
  handOver: (caseIds: string[] | null, to: string) => http.post<BatchResults>(`${BASE}/cases/hand-over`, { to, ...(caseIds ? { case_ids: caseIds } : { everything: true }) }),
}
