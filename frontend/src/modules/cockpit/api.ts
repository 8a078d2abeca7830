/** Calls about the figures of an area, and the paper of them. */
import { call, http, type Query } from '@/api/http'
import type { Schemas } from '@/api/types'

export type Cockpit = Schemas['Cockpit']
export type PlaceFigures = Schemas['PlaceFigures']
export type Figures = Schemas['Figures']
export type Centre = Schemas['DivisionCentre']

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const BASE = '/api/supervision/v1/cockpit'

export const cockpitApi = {
  read: (query: Query) => http.get<Cockpit>(BASE, { query }),
  centres: (division: string) => http.get<Schemas['CentresBelow']>('/api/registry/v1/centres', { query: { division } }),
  workbook: async (query: Query) => (await call('GET', `${BASE}/workbook`, { query, accept: XLSX })).blob(),
  report: async (query: Query) => (await call('GET', `${BASE}/report`, { query, accept: 'application/pdf' })).blob(),
}
