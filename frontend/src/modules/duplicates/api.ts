/** Calls about duplicates and merges. */
import { http, type Page, type Versioned } from '@/api/http'
import type { Schemas } from '@/api/types'

export type Pair = Schemas['Pair']
export type Comparison = Schemas['Comparison']
export type Difference = Schemas['Difference']
export type Merge = Schemas['MergeBrief']
export type MergeView = Schemas['MergeView']
export type MergeRequest = Schemas['MergeRequest']
export type MergedField = NonNullable<MergeRequest['from_absorbed']>[number]
export type Elsewhere = Schemas['Elsewhere']
export type PairState = Pair['state']

const BASE = '/api/registry/v1'

export const duplicatesApi = {
  pairs: (state: PairState, cursor: string | null) => http.get<Page<Pair> & { waiting: number }>(`${BASE}/duplicates`, { query: { state, cursor } }),
  pairsOf: (resident: string) => http.get<Page<Pair>>(`${BASE}/duplicates`, { query: { resident_id: resident, limit: 3 } }),
  pair: (id: string): Promise<Versioned<Comparison>> => http.versioned<Comparison>(`${BASE}/duplicates/${id}`),
  scan: (key: string) => http.post<{ id: string }>(`${BASE}/duplicates/scans`, {}, { key }),
  job: (id: string) => http.get<Schemas['Job']>(`${BASE}/jobs/${id}`),
  dismiss: (id: string, reason: string) => http.post<Pair>(`${BASE}/duplicates/${id}/dismiss`, { reason }),
  merge: (body: MergeRequest, key: string) => http.post<MergeView>(`${BASE}/duplicates/merges`, body, { key }),
  merges: (cursor: string | null) => http.get<Page<Merge>>(`${BASE}/duplicates/merges`, { query: { cursor } }),
  readMerge: (id: string) => http.get<MergeView>(`${BASE}/duplicates/merges/${id}`),
  undo: (id: string, reason: string) => http.post<MergeView>(`${BASE}/duplicates/merges/${id}/undo`, { reason }),
  elsewhere: (resident: string) => http.get<{ items: Elsewhere[] }>(`${BASE}/residents/${resident}/elsewhere`),
}
