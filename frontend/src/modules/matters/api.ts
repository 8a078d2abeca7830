/** Calls to the desk about matters, and what it answers. */
import type { Closer, Schemas } from '@/api/types'
import { everyPage, http, type Page, type Query } from '@/api/http'
import type { CaseDocument } from '@/modules/cases/api'
import type { FormSchema } from '@/shared/lib/jsonSchema'

export type Refusal = Schemas['Refusal']

export type MatterBrief = Schemas['MatterBrief']

export type MaterialFacts = Schemas['MaterialFacts']

export interface Limit {
  number: number
  unit: string
}

export interface Limits {
  statutory?: Limit | null
  promised?: Limit | null
  shortened?: Limit | null
  shortened_for?: string
}

export type Matter = Closer<Schemas['Matter'], { limits: Limits; fee: Partial<Fee>; result: { kind?: string; name?: string; seal?: boolean }; form_schema: FormSchema }>

export type Fee = Schemas['Fee']
export type Material = Schemas['EditedMaterial']
export type Step = Closer<Schemas['EditedStep'], { after: string[] }>
export type Content = Closer<Schemas['MatterContent'], { form_schema: FormSchema; materials: Material[]; steps: Step[]; legal_basis: Schemas['LegalBasis'][]; limits: Limits }>
export type DraftCommand = Schemas['DraftCommand']
export type DraftBrief = Schemas['DraftBrief']
export type Draft = Closer<Schemas['Draft'], { content: Content }>
export type VersionBrief = Schemas['VersionBrief']
export type Change = Closer<Schemas['ChangeFacts'], { before: unknown; after: unknown }>
export type Comparison = Closer<Schemas['MatterComparison'], { before: Content | null; after: Content; changes: Change[] }>
export type MatterSettings = Closer<Schemas['MatterSettings'], { materials: Material[]; step_sets: { code: string; name: string; name_en: string; steps: Step[] }[] }>
export type CategoryCount = Schemas['CategoryCount']

const DESK = '/api/desk/v1'
const MATTERS = `${DESK}/matters`
const DRAFTS = `${DESK}/matter-drafts`

/** The note on paper for whoever asked for a certificate that the village must not issue. */
export const refuseCertificate = (id: string, name: string): Promise<CaseDocument> => http.post<CaseDocument>(`${DESK}/refusal-notes`, { matter_id: id, name })
export const listMatters = (query: Query): Promise<Page<MatterBrief>> => http.get<Page<MatterBrief>>(MATTERS, { query })
export const readMatter = (id: string): Promise<Matter> => http.get<Matter>(`${MATTERS}/${id}`)
export const listVersions = (id: string): Promise<{ items: VersionBrief[] }> => everyPage(`${MATTERS}/${id}/versions`)
export const compareVersions = (id: string, before: string, after: string): Promise<Comparison> => http.get(`${MATTERS}/${id}/comparison`, { query: { before, after } })
/** The county's catalogue as CSV; the answer names the job that reads it. */
export function importCatalogue(file: File, key: string): Promise<Schemas['JobTicket']> {
  const body = new FormData()
  body.append('file', file)
  return http.post(`${MATTERS}/imports`, body, { key })
}
export const listCategories = (division: string): Promise<{ items: CategoryCount[] }> => http.get('/api/public/v1/matters/categories', { query: { division } })

export const draftApi = {
  settings: () => http.get<MatterSettings>(`${DESK}/matter-settings`),
  list: (query: Query) => http.get<Page<DraftBrief>>(DRAFTS, { query }),
  begin: (from: { matter_id?: string; name?: string }) => http.post<Draft>(DRAFTS, from),
  read: (id: string) => http.get<Draft>(`${DRAFTS}/${id}`),
  save: (id: string, version: number, content: Content, note: string) => http.put<Draft>(`${DRAFTS}/${id}`, { content, note }, { version }),
  command: (id: string, version: number, command: DraftCommand, note = '') => http.post<Draft>(`${DRAFTS}/${id}/${command}`, { note }, { version }),
  compare: (id: string) => http.get<Comparison>(`${DRAFTS}/${id}/comparison`),
}
