/** Calls about promised materials. */
import { http, type Page } from '@/api/http'
import type { Closer, Schemas } from '@/api/types'
import type { CaseBrief } from '@/modules/cases/api'

export type Promised = Closer<Schemas['Promise'], { case: CaseBrief }>
export type Which = 'due' | 'overdue'
export type PromisePage = Page<Promised> & Pick<Schemas['PromiseList'], 'open' | 'overdue'>

export const promisesApi = {
  list: (which: Which | undefined, cursor: string | null) => http.get<PromisePage>('/api/desk/v1/promises', { query: { which, cursor } }),
}
