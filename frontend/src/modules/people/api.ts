/** Calls to the registry about people and households, and what it answers. */
import type { Schemas } from '@/api/types'
import { http, type Page, type Versioned } from '@/api/http'
import type { Purpose } from '@/shared/lib/purpose'

export type ResidentBrief = Schemas['ResidentBrief']

export type Resident = Schemas['Resident']

export type Change = Schemas['Change']

export type Member = Schemas['Member']

export type Household = Schemas['HouseholdView']

export interface SearchTerms {
  q?: string
  name?: string
  pinyin?: string
  identity_number?: string
  identity_tail?: string
  phone?: string
  address?: string
  division?: string
  limit?: number
  cursor?: string | null
}

export interface SearchAnswer extends Page<ResidentBrief> {
  recognised_as?: string | null
}

const BASE = '/api/registry/v1'

export const searchResidents = (terms: SearchTerms, signal?: AbortSignal): Promise<SearchAnswer> =>
  http.post<SearchAnswer>(`${BASE}/residents/search`, Object.fromEntries(Object.entries(terms).filter(([, v]) => v)), { signal })

export const readResident = (id: string): Promise<Versioned<Resident>> => http.versioned<Resident>(`${BASE}/residents/${id}`)
export const registerPerson = (body: Record<string, unknown>, key: string): Promise<Resident> => http.post<Resident>(`${BASE}/residents`, body, { key })
export const changePerson = (id: string, version: number, body: Record<string, unknown>): Promise<Resident> => http.patch<Resident>(`${BASE}/residents/${id}`, body, { version })
export const openHousehold = (body: Record<string, unknown>, key: string): Promise<Household> => http.post<Household>(`${BASE}/households`, body, { key })
export const readHistory = (id: string): Promise<Page<Change>> => http.get<Page<Change>>(`${BASE}/residents/${id}/history`, { query: { limit: 20 } })
export const readHousehold = (id: string): Promise<Household> => http.get<Household>(`${BASE}/households/${id}`)

export type Revealed = 'identity_number' | 'phone' | 'bank_account' | 'address' | 'other_phones'

export async function reveal(id: string, field: Revealed, purpose: Purpose, caseId?: string): Promise<{ value: string; seconds: number }> {
  const answer = await http.post<{ values: Partial<Record<Revealed, string | null>>; expires_in: number }>(`${BASE}/residents/${id}/reveal`, {
    fields: [field],
    purpose: purpose.code,
    ...(purpose.text ? { purpose_text: purpose.text } : {}),
    ...(caseId ? { case_id: caseId } : {}),
  })
  return { value: answer.values[field] ?? '', seconds: answer.expires_in }
}
