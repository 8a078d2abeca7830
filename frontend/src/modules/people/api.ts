/** Calls to the registry about people and households, and what it answers. */
import { http, type Page, type Versioned } from '@/api/http'
import type { Purpose } from '@/shared/lib/purpose'

export interface ResidentBrief {
  id: string
  name: string
  sex?: string | null
  birth_date?: string | null
  age?: number | null
  identity_masked?: string | null
  phone_masked?: string | null
  division: string
  division_name?: string | null
  grid_name?: string | null
  household_id?: string | null
  relation?: string | null
  relation_name?: string | null
  presence?: string | null
  address?: string | null
  alive?: boolean
}

export interface Resident extends ResidentBrief {
  ethnic_group_name?: string | null
  education_name?: string | null
  marriage_name?: string | null
  political_status_name?: string | null
  hukou_division_name?: string | null
  household_number?: string | null
  bank_account_masked?: string | null
  member_since?: string | null
  death_date?: string | null
  confirmed_at?: string | null
  version?: number
  warnings?: { code: string; detail: string }[]
}

export interface Change {
  id: string
  version: number
  at: string
  actor: string
  source: string
  reason: string
  event: string | null
  changes: Record<string, unknown>
}

export interface Member extends ResidentBrief {
  since?: string | null
}

export interface Household {
  id: string
  household_number?: string | null
  division: string
  division_name?: string | null
  address?: string | null
  grid_name?: string | null
  head?: Member | null
  members: Member[]
  version?: number
}

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
export const readHistory = (id: string): Promise<Page<Change>> => http.get<Page<Change>>(`${BASE}/residents/${id}/history`, { query: { limit: 20 } })
export const readHousehold = (id: string): Promise<Household> => http.get<Household>(`${BASE}/households/${id}`)

export type Revealed = 'identity_number' | 'phone' | 'bank_account' | 'address'

export async function reveal(id: string, field: Revealed, purpose: Purpose, caseId?: string): Promise<{ value: string; seconds: number }> {
  const answer = await http.post<{ values: Partial<Record<Revealed, string | null>>; expires_in: number }>(`${BASE}/residents/${id}/reveal`, {
    fields: [field],
    purpose: purpose.code,
    ...(purpose.text ? { purpose_text: purpose.text } : {}),
    ...(caseId ? { case_id: caseId } : {}),
  })
  return { value: answer.values[field] ?? '', seconds: answer.expires_in }
}
