/** What supervision answers about seals and their uses. */
import { everyPage, http, type Page } from '@/api/http'
import type { Schemas } from '@/api/types'

export type Seal = Schemas['SealBrief']
export type SealUse = Schemas['SealUse']
export type UseState = SealUse['state']
export type UseAction = SealUse['my_actions'][number]
export type SealChange = Schemas['SealChange']
export type Candidates = Schemas['CandidateList']
export type LossReason = Schemas['KeyLoss']['reason']
export type ToBeSigned = Schemas['ToBeSigned']
export type KeyCertificate = Schemas['KeyCertificate']
export type Envelope = Schemas['Envelope']
export type Incident = Schemas['SealIncident']
export type PaperUse = Schemas['PaperUse']
export type Unsealing = Schemas['Unsealing']
export type Condition = Unsealing['condition']

const BASE = '/api/supervision/v1'
export const LOSS_REASONS: readonly LossReason[] = ['lost', 'stolen', 'damaged']
const change = (c: SealChange, step: string): string => `${BASE}/seal-changes/${c.id}/${step}`
const use = (id: string): string => `${BASE}/uses/${id}`
function form(file: File, fields: Record<string, string> = {}): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.set(name, value)
  data.set('file', file)
  return data
}

export const sealApi = {
  seals: () => everyPage<Seal>(`${BASE}/seals`),
  seal: (id: string) => http.get<Seal>(`${BASE}/seals/${id}`),
  envelopes: (id: string, cursor: string | null) => http.get<Page<Envelope>>(`${BASE}/seals/${id}/envelopes`, { query: { cursor } }),
  incidents: (id: string, cursor: string | null) => http.get<Page<Incident>>(`${BASE}/seals/${id}/incidents`, { query: { cursor } }),
  enclose: (id: string, number: string, file: File, key: string) => http.post<Seal>(`${BASE}/seals/${id}/envelopes`, form(file, { number }), { key }),
  askForStamps: (id: string, body: Schemas['PaperRequest'], key: string) => http.post<SealUse>(`${BASE}/seals/${id}/paper-uses`, body, { key }),
  addPhotograph: (u: SealUse, file: File) => http.post<SealUse>(`${use(u.id)}/photographs`, form(file)),
  photograph: (id: string) => http.blob(`${BASE}/seal-photographs/${id}`),
  unseal: (u: SealUse, body: Unsealing) => http.post<SealUse>(`${use(u.id)}/unseal`, body),
  reclose: (u: SealUse, body: Schemas['Reclosing'], key: string) => http.post<SealUse>(`${use(u.id)}/reclose`, body, { key }),
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
  resolutions: (division: string, cursor: string | null = null) => http.get<Page<Schemas['ChoosableResolution']>>(`${BASE}/seal-resolutions`, { query: { division, cursor } }),
  candidates: (division: string) => http.get<Candidates>(`${BASE}/seal-candidates`, { query: { division } }),
  changes: (query: { state?: string; deliberation_id?: string; cursor?: string | null }) => http.get<Page<SealChange>>(`${BASE}/seal-changes`, { query }),
  found: (body: Schemas['Founding'], key: string) => http.post<SealChange>(`${BASE}/seals`, body, { key }),
  succeed: (sealId: string, position: number, body: Schemas['Succession'], key: string) => http.post<SealChange>(`${BASE}/seals/${sealId}/custodians/${position}/successor`, body, { key }),
  lost: (sealId: string, position: number, reason: LossReason, key: string) => http.post<SealChange>(`${BASE}/seals/${sealId}/custodians/${position}/key/lost`, { reason }, { key }),
  askToBeMet: (sealId: string, position: number, key: string) => http.post<SealChange>(`${BASE}/seals/${sealId}/custodians/${position}/identity`, undefined, { key }),
  confirm: (c: SealChange, inPerson: boolean) => http.post<SealChange>(change(c, 'confirm'), { in_person: inPerson }, { version: c.version }),
  refuseChange: (c: SealChange, reason: string) => http.post<SealChange>(change(c, 'refuse'), { reason }, { version: c.version }),
}
