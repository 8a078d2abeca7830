/** What is open to everybody. */
import { http, type Page } from '@/api/http'
import { ifThere } from '@/api/problem'
import type { Closer, Schemas } from '@/api/types'

export type Receipt = Closer<Schemas['Receipt'], { levels: { level: number; zh: string; en: string }[] }>
export type ToRate = Closer<Schemas['ToRate'], { levels: Receipt['levels'] }>
export type Verification = Closer<Schemas['Verification'], { signers: { position: number; title: string; signed_at: string }[] }>
export type GuideMatter = Schemas['MatterBrief']
export type GuideMatterFull = Closer<Schemas['Matter'], { fee: Partial<Schemas['Fee']>; limits: { shortened?: { number: number; unit: string } | null; shortened_for?: string }; result: { name?: string; name_en?: string } }>

export type CategoryCount = Schemas['CategoryCount']

const BASE = '/api/public/v1'

export const publicApi = {
  receipt: (token: string) => ifThere(http.get<Receipt>(`${BASE}/receipts/${encodeURIComponent(token)}`)),
  verification: (token: string) => ifThere(http.get<Verification>(`${BASE}/verifications/${encodeURIComponent(token)}`)),
  toRate: (token: string) => ifThere(http.get<ToRate>(`${BASE}/evaluations/${encodeURIComponent(token)}`)),
  rate: (token: string, level: number, comment: string, key: string) =>
    http.post<{ level: number; given_at: string }>(`${BASE}/evaluations/${encodeURIComponent(token)}`, { level, comment }, { key }),
  categories: (division: string) => http.get<{ items: CategoryCount[] }>(`${BASE}/matters/categories`, { query: { division } }),
  matters: (query: { division: string; q?: string; category?: string; cursor?: string | null }) => http.get<Page<GuideMatter>>(`${BASE}/matters`, { query }),
  matter: (id: string, division: string) => http.get<GuideMatterFull>(`${BASE}/matters/${encodeURIComponent(id)}`, { query: { division } }),
}
