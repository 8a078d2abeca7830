/** What supervision answers about seals and their uses. */
import { http, type Page } from '@/api/http'

export type UseState = 'requested' | 'approved' | 'opening' | 'open' | 'signing' | 'sealed' | 'refused' | 'cancelled'
export type UseAction = 'approve' | 'refuse' | 'cancel' | 'open' | 'sign'

export interface Custodian {
  position: number
  title: string
  is_me: boolean
  has_key: boolean
  key_serial: string | null
  key_not_after: string | null
}

export interface Seal {
  id: string
  division: string
  name: string
  pieces: number
  opening_minutes: number
  custodians: Custodian[]
  my_position: number | null
}

export interface UseCustodian {
  position: number
  title: string
  is_me: boolean
  opened_at: string | null
  signed_at: string | null
}

export interface Person {
  id: string
  name: string | null
}

export interface SealUse {
  id: string
  seal_id: string
  seal_name: string
  division: string
  case_id: string
  document_id: string
  document_sha256: string
  purpose: string
  state: UseState
  round: number
  requester: Person
  approver: Person | null
  requested_at: string
  approved_at: string | null
  closes_at: string | null
  ended_at: string | null
  reason: string | null
  sealed_sha256: string | null
  custodians: UseCustodian[]
  next_position: number | null
  my_position: number | null
  my_actions: UseAction[]
  version: number
}

export interface ToBeSigned {
  position: number
  round: number
  data: string
  digest: string
  document_digest: string
  key_thumbprint: string
  closes_at: string
}

export interface KeyCertificate {
  seal_id: string
  position: number
  thumbprint: string
  serial: string
  not_after: string
  certificate_pem: string
}

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
