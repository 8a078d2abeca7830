/** Calls about ratings, their figures and what follows a bad one. */
import { http, type Page } from '@/api/http'
import type { Schemas } from '@/api/types'
import { inCounty } from '@/shared/lib/visit'

export type StaffRating = Schemas['StaffRating']
export type Rectification = Schemas['Rectification']
export type Figures = Schemas['Figures']
export type Figure = Schemas['Figure']
export type AskedTwice = Schemas['AskedTwice']
export type AskedBy = 'village' | 'matter' | 'month' | 'thing'
/** Which ratings a list shows: all, those to be put right, or those of devices that gave too many in a day. */
export const WHICH = ['all', 'bad', 'bulk'] as const
export type Which = (typeof WHICH)[number]
export type By = 'matter' | 'window' | 'department'

const BASE = '/api/desk/v1'
const of = (id: string, command: string): string => `${BASE}/rectifications/${encodeURIComponent(id)}/${command}`

export const evaluationsApi = {
  list: (which: Which, division: string | undefined, cursor: string | null) => http.get<Page<StaffRating>>(`${BASE}/evaluations`, { query: { bad: which === 'bad' || undefined, bulk: which === 'bulk' || undefined, division, cursor, ...inCounty() } }),
  figures: (by: By) => http.get<Figures>(`${BASE}/evaluations/figures`, { query: { by, ...inCounty() } }),
  askedTwice: (by: AskedBy) => http.get<Schemas['AskedTwiceFigures']>(`${BASE}/asked-twice/figures`, { query: { by } }),
  rectifications: (state: string | undefined, cursor: string | null) => http.get<Page<Rectification>>(`${BASE}/rectifications`, { query: { state, cursor, ...inCounty() } }),
  callBack: (r: Rectification, outcome: 'reached' | 'unreachable') => http.post<Rectification>(of(r.case_id, 'call-back'), { outcome }, { version: r.version }),
  complete: (r: Rectification, measures: string) => http.post<Rectification>(of(r.case_id, 'complete'), { measures }, { version: r.version }),
  appeal: (r: Rectification, reason: string) => http.post<Rectification>(of(r.case_id, 'appeal'), { reason }, { version: r.version }),
  decide: (r: Rectification, outcome: 'upheld' | 'rejected', answer: string) => http.post<Rectification>(of(r.case_id, 'decide-appeal'), { outcome, answer }, { version: r.version }),
}
