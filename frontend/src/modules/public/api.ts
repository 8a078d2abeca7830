/** What is open to everybody. */
import { http, type Page } from '@/api/http'
import { ApiProblem } from '@/api/problem'
import type { CaseClock } from '@/shared/components/ClockBar.vue'

export interface Receipt {
  number: string | null
  matter_name: string
  applicant_name: string
  state: string
  state_name: string
  clock: (CaseClock & { text_en?: string }) | null
  steps: { name: string; name_en: string; state: 'done' | 'ready' | 'waiting' }[]
  supplement: string[]
  received_at: string | null
  accepted_at: string | null
  decided_at: string | null
  outcome: string | null
  evaluation_open: boolean
  evaluated: boolean
  levels: { level: number; zh: string; en: string }[]
}

export interface Verification {
  kind: string
  title: string
  number: string
  issuer: string
  issued_at: string
  state: 'issued' | 'awaiting_seal' | 'sealed'
  sha256: string | null
  sealed_at: string | null
  signers: { position: number; title: string; serial?: string; signed_at: string }[]
}

export interface GuideMatter {
  id: string
  name: string
  category: string
  category_name: string
  department: string
  state: 'published' | 'guide' | 'refused'
  limit: string
  refused: { issuer: string; issuer_en: string; basis: string } | null
}

export interface GuideMatterFull extends GuideMatter {
  name_en?: string
  conditions: string
  procedure: string
  service_object: string
  fee: { charged?: boolean; basis?: string }
  place: string
  hours: string
  visits: number | null
  result: { name?: string; name_en?: string }
  legal_basis: { title: string; article?: string | null }[]
  materials: { id: string; name: string; name_en?: string; required: boolean; deferrable: boolean; original: string; copies: number }[]
  steps: { key: string; name: string; name_en: string }[]
}

export interface Disclosure {
  id: string
  division: string
  category: string
  item: string
  title: string
  body: string
  period_start: string | null
  period_end: string | null
  published_at: string
}

const BASE = '/api/public/v1'

/** The answer, or null where the token is of another kind or of none. */
async function ifThere<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ApiProblem && (error.status === 404 || error.status === 422)) return null
    throw error
  }
}

export const publicApi = {
  receipt: (token: string) => ifThere(http.get<Receipt>(`${BASE}/receipts/${encodeURIComponent(token)}`)),
  verification: (token: string) => ifThere(http.get<Verification>(`${BASE}/verifications/${encodeURIComponent(token)}`)),
  rate: (token: string, level: number, comment: string, key: string) =>
    http.post<{ level: number; given_at: string }>(`${BASE}/evaluations/${encodeURIComponent(token)}`, { level, comment }, { key }),
  matters: (query: { division: string; q?: string; cursor?: string | null }) => http.get<Page<GuideMatter>>(`${BASE}/matters`, { query }),
  matter: (id: string, division: string) => http.get<GuideMatterFull>(`${BASE}/matters/${encodeURIComponent(id)}`, { query: { division } }),
  disclosures: (query: { division: string; cursor?: string | null }) => http.get<Page<Disclosure>>(`${BASE}/disclosures`, { query }),
}
