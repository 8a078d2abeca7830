/** Calls to the desk about cases, and what it answers. */
import type { Closer, Schemas } from '@/api/types'
import { http, type Page, type Query, type Versioned } from '@/api/http'
import type { FormSchema, FormValues } from '@/shared/lib/jsonSchema'
import { inCounty } from '@/shared/lib/visit'

export type CaseState =
  | 'draft' | 'received' | 'supplement' | 'accepted' | 'not_accepted' | 'handling' | 'suspended' | 'decided' | 'delivered' | 'closed' | 'withdrawn'

export type CaseBrief = Closer<Schemas['CaseBrief'], { state: CaseState }>

export type CaseStep = Schemas['CaseStep']

export type MaterialState = 'missing' | 'original_checked' | 'uploaded' | 'reused' | 'deferred'

export type CaseMaterial = Schemas['CaseMaterial']

export type HistoryEntry = Schemas['HistoryEntry']

export type Notice = Closer<Schemas['NoticeView'], { items: { material_id?: string | null; field?: string | null; text: string }[] }>

export type CaseDocument = Schemas['DocumentBrief']

export type Case = Closer<Schemas['Case'], { state: CaseState; agent: Agent | null; form: FormValues; form_schema: FormSchema; supplements: Notice[] }>

export type CaseMoved = Closer<Schemas['CaseMoved'], { state: CaseState }>

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

export const listCases = (query: Query): Promise<Page<CaseBrief>> => http.get<Page<CaseBrief>>(CASES, { query: { ...query, ...inCounty() } })
export const readCase = (id: string): Promise<Versioned<Case>> => http.versioned<Case>(`${CASES}/${id}`, { query: inCounty() })
export const openCase = (body: OpenCase, key: string): Promise<Case> => http.post<Case>(CASES, body, { key })
/** By the applicant's whole name or a whole number. */
export const searchCases = (q: string, { limit = 50, ...filter }: { limit?: number; state?: string[]; clock?: string } = {}, signal?: AbortSignal): Promise<Page<CaseBrief>> =>
  http.post<Page<CaseBrief>>(`${CASES}/search`, { q, limit, ...filter }, { signal })
export const editCase = (id: string, version: number, body: { form?: FormValues; agent?: Agent | null; green?: boolean }): Promise<Case> =>
  http.patch<Case>(`${CASES}/${id}`, body, { version })

export const linkCase = (id: string, version: number, resident: string): Promise<Case> => http.post<Case>(`${CASES}/${id}/link`, { applicant_id: resident }, { version })

export const moveCase = (id: string, command: string, version: number, body: unknown = {}): Promise<CaseMoved> =>
  http.post<CaseMoved>(`${CASES}/${id}/${command}`, body, { version })

/** Ends a case whose certificate was refused the seal. */
export const notIssue = (id: string, version: number, body: Schemas['NotIssue']): Promise<CaseMoved> => moveCase(id, 'not-issue', version, body)

export type BatchCommand = Schemas['Batch']['command']
export type BatchResults = Schemas['BatchResults']
/** One command on several cases; each succeeds or is refused by itself. */
export const batchCases = (command: BatchCommand, cases: readonly Pick<CaseBrief, 'id' | 'version'>[]): Promise<BatchResults> =>
  http.post(`${CASES}/batch`, { command, items: cases.map((c) => ({ case_id: c.id, version: c.version })), comment: '' })

/** Whether a material is still missing and its original may be looked at instead of kept. */
export const openOriginal = (m: CaseMaterial): boolean => m.required && m.state === 'missing' && mayBeSeen(m)
export const mayBeSeen = (m: CaseMaterial): boolean => m.original !== 'kept' || m.form !== 'electronic'

export const setMaterial = (id: string, material: string, body: { state: MaterialState; promise_date?: string; promise_note?: string }): Promise<Case> =>
  http.put<Case>(`${CASES}/${id}/materials/${material}`, body)

/** The file behind a material, as it was brought. */
export const readAttachment = (id: string, attachment: string): Promise<Blob> => http.blob(`${CASES}/${id}/attachments/${attachment}`, { accept: '*/*' })

export function sendMaterial(id: string, material: string, file: File): Promise<Case> {
  const body = new FormData()
  body.set('material_id', material)
  body.set('file', file)
  return http.post<Case>(`${CASES}/${id}/materials`, body)
}

/** A short message to the applicant that a material is still wanted. */
export const askForMaterial = (id: string, material: string): Promise<void> => http.post<void>(`${CASES}/${id}/materials/${material}/message`)

export const revealForm = (id: string, purpose: string): Promise<{ values: FormValues; expires_in: number }> =>
  http.post(`${CASES}/${id}/reveal`, { purpose })

export type Layout = 'a4' | 'slip'

export const documentPdf = (document: CaseDocument, layout: Layout = 'a4'): Promise<Blob> =>
  http.blob(document.href, { accept: 'application/pdf', query: { layout: layout === 'slip' ? layout : undefined } })

/** On which paper this browser's counter prints receipts: the last one chosen. */
const RECEIPT_MEMORY = 'linli.receipt'
export const receiptLayout = (): Layout => (localStorage.getItem(RECEIPT_MEMORY) === 'slip' ? 'slip' : 'a4')
export const rememberReceipt = (layout: Layout): void => localStorage.setItem(RECEIPT_MEMORY, layout)

export type DeskSummary = Closer<Schemas['DeskSummary'], { running: CaseBrief[] }>

export type PaperOnFile = Schemas['PaperOnFile']

export const readDeskSummary = (residentId: string, age?: number | null): Promise<DeskSummary> =>
  http.get<DeskSummary>(`/api/desk/v1/residents/${residentId}/desk-summary`, { query: { age: age ?? undefined } })
