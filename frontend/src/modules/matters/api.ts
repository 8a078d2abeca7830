/** Calls to the desk about matters, and what it answers. */
import type { Closer, Schemas } from '@/api/types'
import { http, type Page, type Query } from '@/api/http'
import type { FormSchema } from '@/shared/lib/jsonSchema'

export type Refusal = Schemas['Refusal']

export type MatterBrief = Schemas['MatterBrief']

export type MaterialFacts = Schemas['MaterialFacts']

export interface Limit {
  number: number
  unit: string
}

export type Matter = Closer<
  Schemas['Matter'],
  { limits: { statutory?: Limit; promised?: Limit }; fee: { charged?: boolean; basis?: string }; result: { kind?: string; name?: string; seal?: boolean }; form_schema: FormSchema }
>

const MATTERS = '/api/desk/v1/matters'

export const listMatters = (query: Query): Promise<Page<MatterBrief>> => http.get<Page<MatterBrief>>(MATTERS, { query })
export const readMatter = (id: string): Promise<Matter> => http.get<Matter>(`${MATTERS}/${id}`)
