/** Calls about figures of the population. */
import { http } from '@/api/http'
import type { Schemas } from '@/api/types'

export type Population = Schemas['Population']
export type AgeBand = Schemas['AgeBand']
export type PublicPopulation = Schemas['PublicPopulation']
/** What a pyramid shows of a class of age; null is not published. */
export type Band = Pick<Schemas['PublicBand'], 'from_age' | 'to_age' | 'male' | 'female'>
export type Month = Schemas['Month']

const BASE = '/api/registry/v1/statistics'

export const statisticsApi = {
  population: (division: string | null) => http.get<Population>(`${BASE}/population`, { query: { division } }),
  published: (division: string) => http.get<PublicPopulation>('/api/public/v1/statistics/population', { query: { division } }),
  changes: (division: string | null, months: number) => http.get<{ items: Month[] }>(`${BASE}/changes`, { query: { division, months } }),
}
