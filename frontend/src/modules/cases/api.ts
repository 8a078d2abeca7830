/** Calls to the desk about cases, and what it answers. */
import { http, type Page, type Query, type Versioned } from '@/api/http'
import type { CaseClock } from '@/shared/components/ClockBar.vue'
import type { FormSchema, FormValues } from '@/shared/lib/jsonSchema'
import type { MaterialFacts } from '@/modules/matters/api'

export type CaseState =
  | 'draft' | 'received' | 'supplement' | 'accepted' | 'not_accepted' | 'handling' | 'suspended' | 'decided' | 'delivered' | 'closed' | 'withdrawn'

export interface CaseBrief {
  id: string
  number: string | null
  matter_id: string
  matter_name: string
  applicant_name: string
  resident_id: string | null
  division: string
  division_name?: string | null
  state: CaseState
  state_name: string
  step: string | null
  step_name: string | null
  clock: CaseClock | null
  link: 'linked' | 'unlinked' | 'by_hand'
  outcome: string | null
  opened_at: string
  version: number
}

export interface CaseStep {
  key: string
  name: string
  name_en: string
  kind: string
  role: string
  level: string
  state: 'waiting' | 'ready' | 'done'
  outcome?: string | null
  comment?: string | null
  completed_by?: string | null
  completed_at?: string | null
}

export type MaterialState = 'missing' | 'original_checked' | 'uploaded' | 'reused' | 'deferred'

export interface CaseMaterial extends MaterialFacts {
  state: MaterialState
  promise_date?: string | null
  attachment_id?: string | null
  on_file?: boolean
}

export interface HistoryEntry {
  version: number
  command: string
  from_state: string | null
  to_state: string
  step: string | null
  note: string
  actor: string
  actor_name: string
  actor_role: string
  at: string
}

export interface Notice {
  id: string
  number: number
  items: { material_id?: string | null; field?: string | null; text: string }[]
  reason: string
  asked_at: string
  answered_at: string | null
}

export interface CaseDocument {
  id: string
  kind: string
  number: string
  title: string
  state: 'issued' | 'awaiting_seal' | 'sealed'
  token: string
  created_at: string
  sealed_at?: string | null
  href: string
}

export interface Case extends CaseBrief {
  matter_version: number
  department: string
  channel: string
  applicant: Record<string, unknown>
  agent: Agent | null
  form: FormValues
  /** Form fields whose values are shown masked. */
  masked: string[]
  form_schema: FormSchema
  form_order: string[]
  steps: CaseStep[]
  materials: CaseMaterial[]
  missing: string[]
  supplements: Notice[]
  documents: CaseDocument[]
  history: HistoryEntry[]
  evaluation: number | null
  receipt_token: string | null
  commands: string[]
  received_at: string | null
  accepted_at: string | null
  decided_at: string | null
  delivered_at: string | null
}

export interface CaseMoved {
  id: string
  number: string | null
  state: CaseState
  state_name: string
  clock: CaseClock | null
  receipt_token: string | null
  documents: CaseDocument[]
  version: number
}

export interface Agent {
  name: string
  relation?: string
  identity_number?: string | null
  phone?: string | null
}

export interface OpenCase {
  matter_id: string
  applicant_id?: string
  applicant?: Record<string, unknown>
  agent?: Agent | null
  channel?: string
  ticket_id?: string | null
}

export interface NoticeItem {
  material_id?: string
  field?: string
  text: string
}

const CASES = '/api/desk/v1/cases'

export const listCases = (query: Query): Promise<Page<CaseBrief>> => http.get<Page<CaseBrief>>(CASES, { query })
export const readCase = (id: string): Promise<Versioned<Case>> => http.versioned<Case>(`${CASES}/${id}`)
export const openCase = (body: OpenCase, key: string): Promise<CaseMoved> => http.post<CaseMoved>(CASES, body, { key })
export const searchCases = (q: string, limit = 50, signal?: AbortSignal): Promise<Page<CaseBrief>> => http.post<Page<CaseBrief>>(`${CASES}/search`, { q, limit }, { signal })
export const editCase = (id: string, version: number, body: { form?: FormValues; agent?: Agent | null }): Promise<CaseMoved> =>
  http.patch<CaseMoved>(`${CASES}/${id}`, body, { version })

export const moveCase = (id: string, command: string, version: number, body: unknown = {}): Promise<CaseMoved> =>
  http.post<CaseMoved>(`${CASES}/${id}/${command}`, body, { version })

export const setMaterial = (id: string, material: string, body: { state: MaterialState; promise_date?: string; promise_note?: string }): Promise<CaseMaterial> =>
  http.put<CaseMaterial>(`${CASES}/${id}/materials/${material}`, body)

export function sendMaterial(id: string, material: string, file: File): Promise<CaseMaterial> {
  const body = new FormData()
  body.set('material_id', material)
  body.set('file', file)
  return http.post<CaseMaterial>(`${CASES}/${id}/materials`, body)
}

export const revealForm = (id: string, purpose: string): Promise<{ values: FormValues; expires_in: number }> =>
  http.post(`${CASES}/${id}/reveal`, { purpose })

export const documentPdf = (document: CaseDocument): Promise<Blob> => http.blob(document.href, { accept: 'application/pdf' })

export interface DeskSummary {
  running: CaseBrief[]
  papers: PaperOnFile[]
  expiring: PaperOnFile[]
  matters: { id: string; code: string; name: string; times: number }[]
  last: { at: string; matter_name: string; evaluation: number | null } | null
}

export interface PaperOnFile {
  id: string
  kind: string
  name: string
  expires_on: string | null
  days_left: number | null
}

export const readDeskSummary = (residentId: string): Promise<DeskSummary> => http.get<DeskSummary>(`/api/desk/v1/residents/${residentId}/desk-summary`)
