/** Calls to the desk about matters, and what it answers. */
import { http, type Page, type Query } from '@/api/http'
import type { FormSchema } from '@/shared/lib/jsonSchema'

export interface Refusal {
  issuer: string
  issuer_en?: string
  basis: string
}

export interface MatterBrief {
  id: string
  code: string
  name: string
  category: string
  category_name?: string
  type: string
  department: string
  state: 'published' | 'guide' | 'refused'
  sample?: boolean
  result_kind?: string
  seal?: boolean
  limit?: string
  refused?: Refusal | null
}

export interface MaterialFacts {
  id: string
  name: string
  name_en?: string
  source?: string
  form?: 'paper' | 'electronic' | 'both'
  copies?: number
  required?: boolean
  original?: 'kept' | 'checked'
  deferrable?: boolean
  paper?: string | null
  sample?: string
}

export interface Limit {
  number: number
  unit: string
}

export interface Matter extends MatterBrief {
  name_en?: string
  version: number
  legal_basis: { title: string; article?: string | null }[]
  level: string
  service_object: string
  handling: string
  limits: { statutory?: Limit; promised?: Limit }
  conditions: string
  procedure: string
  visits: number | null
  fee: { charged?: boolean; basis?: string; amount_fen?: number }
  place: string
  hours: string
  result: { kind?: string; name?: string; name_en?: string; seal?: boolean }
  form_schema: FormSchema
  form_order: string[]
  materials: MaterialFacts[]
  steps: { key: string; name: string; name_en?: string; role: string; level: string }[]
}

const MATTERS = '/api/desk/v1/matters'

export const listMatters = (query: Query): Promise<Page<MatterBrief>> => http.get<Page<MatterBrief>>(MATTERS, { query })
export const readMatter = (id: string): Promise<Matter> => http.get<Matter>(`${MATTERS}/${id}`)
