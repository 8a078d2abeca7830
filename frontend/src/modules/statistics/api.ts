/** Calls about figures of the population. */
import { http } from '@/api/http'
import type { Schemas } from '@/api/types'

export type Population = Schemas['Population']
export type AgeBand = Schemas['AgeBand']
export type Month = Schemas['Month']

const BASE = '/api/registry/v1/statistics'

export const statisticsApi = {
  population: (division: string | null) => http.get<Population>(`${BASE}/population`, { query: { division } }),
  changes: (division: string | null, months: number) => http.get<{ items: Month[] }>(`${BASE}/changes`, { query: { division, months } }),
}
