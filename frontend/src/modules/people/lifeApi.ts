/** Calls about the past, the confirmation of fields, life events, kinship and transfers. */
import type { Schemas } from '@/api/types'
import { http, type Page } from '@/api/http'

export type ResidentOn = Schemas['ResidentOn']

export type Line = Schemas['Change']

export type Confirmation = Schemas['Confirmation']

export type RecordedEvent = Schemas['RecordedEvent']

export type LifeEvent = Schemas['LifeEvent']

export type Kinship = Schemas['KinshipView']

export type Transfer = Schemas['TransferView']

export type Division = Schemas['DivisionView']

export type FormerName = Schemas['FormerName']

export type FurtherPhone = Schemas['Phone']

const BASE = '/api/registry/v1'

export const residentOn = (id: string, day: string): Promise<ResidentOn> => http.get<ResidentOn>(`${BASE}/residents/${id}/on/${day}`)
export const readLines = (id: string, cursor: string | null): Promise<Page<Line>> => http.get<Page<Line>>(`${BASE}/residents/${id}/history`, { query: { limit: 50, cursor } })
export const readConfirmations = async (id: string): Promise<Confirmation[]> => (await http.get<{ items: Confirmation[] }>(`${BASE}/residents/${id}/confirmations`)).items
export const takeBack = (id: string, line: string, version: number, reason: string, key: string): Promise<unknown> =>
  http.post(`${BASE}/residents/${id}/history/${line}/take-back`, { reason }, { version, key })
export const confirmFields = (id: string, version: number, fields: string[], source: string): Promise<unknown> => http.post(`${BASE}/residents/${id}/confirm`, { fields, source }, { version })

/** Whose events: a household, or somebody who is in none. */
export type EventOwner = `households/${string}` | `residents/${string}`

export const readEvents = (owner: EventOwner): Promise<Page<RecordedEvent>> => http.get<Page<RecordedEvent>>(`${BASE}/${owner}/events`, { query: { limit: 50 } })
export const readKinship = (household: string, on?: string): Promise<Kinship> => http.get<Kinship>(`${BASE}/households/${household}/kinship`, { query: { on } })
export const recordEvent = (owner: EventOwner, version: number, event: Record<string, unknown>, key: string): Promise<unknown> =>
  http.post(`${BASE}/${owner}/events`, event, { version, key })

/** Keeps a file until the event that it belongs to is registered. */
export function keepEvidence(owner: EventOwner, file: File): Promise<{ id: string }> {
  const body = new FormData()
  body.append('file', file)
  return http.post<{ id: string }>(`${BASE}/${owner}/evidence`, body)
}
/** What papers hang on: an event's owner, or a transfer. */
export type EvidenceHolder = EventOwner | `transfers/${string}`

export const readEvidence = (holder: EvidenceHolder, file: string): Promise<Blob> => http.blob(`${BASE}/${holder}/evidence/${file}`)

export const readTransfers = (side: string): Promise<Page<Transfer>> => http.get<Page<Transfer>>(`${BASE}/transfers`, { query: { side, limit: 100 } })
export const transfersOf = (resident: string): Promise<Page<Transfer>> => http.get<Page<Transfer>>(`${BASE}/transfers`, { query: { resident_id: resident, limit: 5 } })
export const askTransfer = (body: Record<string, unknown>, key: string): Promise<{ id: string }> => http.post<{ id: string }>(`${BASE}/transfers`, body, { key })
export const moveTransfer = (transfer: Transfer, command: string, body: Record<string, unknown> | undefined, key: string): Promise<unknown> =>
  http.post(`${BASE}/transfers/${transfer.id}/${command}`, body, { version: transfer.version, key })

export const readFormerNames = async (id: string): Promise<FormerName[]> => (await http.get<{ items: FormerName[] }>(`${BASE}/residents/${id}/former-names`)).items
export const addFormerName = (id: string, name: string, until: string | null, key: string): Promise<unknown> => http.post(`${BASE}/residents/${id}/former-names`, { name, until }, { key })
export const readPhones = async (id: string): Promise<FurtherPhone[]> => (await http.get<{ items: FurtherPhone[] }>(`${BASE}/residents/${id}/phones`)).items
export const addPhone = (id: string, phone: string, kind: string, key: string): Promise<unknown> => http.post(`${BASE}/residents/${id}/phones`, { phone, kind }, { key })
export const firstPhone = (id: string, phone: string, key: string): Promise<unknown> => http.post(`${BASE}/residents/${id}/phones/${phone}/first`, undefined, { key })
export const removeKnown = (id: string, kind: 'former-names' | 'phones', item: string): Promise<unknown> => http.delete(`${BASE}/residents/${id}/${kind}/${item}`)

const findDivisions = (q: string): Promise<Page<Division>> => http.get<Page<Division>>(`${BASE}/divisions`, { query: { q, limit: 20 } })

/** Villages of a name, each with its county and township: many share theirs. */
export async function findVillages(q: string): Promise<{ code: string; name: string; place: string }[]> {
  const villages = (await findDivisions(q)).items.filter((d) => d.level === 'village' && !d.valid_to)
  const whole = await Promise.all(villages.map((d) => http.get<Schemas['DivisionDetail']>(`${BASE}/divisions/${d.code}`)))
  return whole.map((d) => ({ code: d.code, name: d.short_name, place: d.above.map((one) => one.name).join('') }))
}

/** Names of the accounts behind ids; what is unknown stays out. */
export async function accountNames(ids: readonly string[]): Promise<Record<string, string>> {
  const wanted = [...new Set(ids)].slice(0, 100)
  if (!wanted.length) return {}
  const answer = await http.get<Schemas['AccountNames']>('/api/auth/v1/account-names', { query: { ids: wanted.join(',') } })
  return Object.fromEntries(answer.items.map((one) => [one.id, one.name]))
}
