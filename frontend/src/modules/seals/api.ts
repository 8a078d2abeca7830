/** What supervision answers about seals and their uses. */
import { http, type Page } from '@/api/http'
import type { Schemas } from '@/api/types'

export type Seal = Schemas['SealBrief']
export type SealUse = Schemas['SealUse']
export type UseState = SealUse['state']
export type UseAction = SealUse['my_actions'][number]
export type ToBeSigned = Schemas['ToBeSigned']
export type KeyCertificate = Schemas['KeyCertificate']

const BASE = '/api/supervision/v1'
const use = (id: string): string => `${BASE}/uses/${id}`

export const sealApi = {
  seals: () => http.get<{ items: Seal[] }>(`${BASE}/seals`),
  uses: (query: { state?: string; case_id?: string; document_id?: string; cursor?: string | null }) =>
    http.get<Page<SealUse>>(`${BASE}/uses`, { query }),
  one: (id: string) => http.get<SealUse>(use(id)),
  document: (id: string) => http.blob(`${use(id)}/document`, { accept: 'application/pdf' }),
  approve: (u: SealUse) => http.post<SealUse>(`${use(u.id)}/approve`, undefined, { version: u.version }),
  cancel: (u: SealUse) => http.post<SealUse>(`${use(u.id)}/cancel`, undefined, { version: u.version }),
  refuse: (u: SealUse, reason: string) => http.post<SealUse>(`${use(u.id)}/refuse`, { reason }),
  open: (u: SealUse) => http.post<SealUse>(`${use(u.id)}/open`),
  toBeSigned: (u: SealUse) => http.get<ToBeSigned>(`${use(u.id)}/to-be-signed`),
  sign: (u: SealUse, signature: string) => http.post<SealUse>(`${use(u.id)}/sign`, { signature }),
  registerKey: (sealId: string, publicKeyJwk: object, proof: string) =>
    http.post<KeyCertificate>(`${BASE}/seals/${sealId}/custodians/me/key`, { public_key_jwk: publicKeyJwk, proof }),
}
