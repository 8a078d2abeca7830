/** Calls about grids, their people, dwellings and the map of a village. */
import type { Schemas } from '@/api/types'
import { everyPage, http, type Page } from '@/api/http'
import type { Household } from './api'

export type Grid = Schemas['GridView']

export type GridDetail = Schemas['GridDetail']

export type Dwelling = Schemas['DwellingView']

export type DwellingDetail = Schemas['DwellingDetail']

export type VillageMap = Schemas['VillageMap']

export type MapDwelling = Schemas['MapDwelling']

export type RecordChange = Schemas['RecordChange']

export type RecordOn = Schemas['RecordOn']

export type RecordKind = 'households' | 'dwellings' | 'grids' | 'areas' | 'communities'

const BASE = '/api/registry/v1'

export const readGrids = (division?: string): Promise<{ items: Grid[] }> => everyPage<Grid>(`${BASE}/grids`, { division })
export const readGrid = (id: string): Promise<GridDetail> => http.get<GridDetail>(`${BASE}/grids/${id}`)
export const makeGrid = (body: Record<string, unknown>, key: string): Promise<{ id: string }> => http.post<{ id: string }>(`${BASE}/grids`, body, { key })
export const changeGrid = (grid: GridDetail, body: Record<string, unknown>): Promise<unknown> => http.patch(`${BASE}/grids/${grid.id}`, body, { version: grid.version })
export const appoint = (grid: string, body: Record<string, unknown>, key: string): Promise<unknown> => http.post(`${BASE}/grids/${grid}/people`, body, { key })
export const endPerson = (grid: string, person: string, until: string): Promise<unknown> => http.post(`${BASE}/grids/${grid}/people/${person}/end`, { until })
export const assignDwellings = (grid: string, body: Record<string, unknown>, key: string): Promise<unknown> => http.post(`${BASE}/grids/${grid}/dwellings`, body, { key })
export const readPlaceOn = (kind: 'dwellings' | 'grids', id: string, on: string): Promise<RecordOn> => http.get<RecordOn>(`${BASE}/${kind}/${id}/on/${on}`)

export const readMap = (division: string): Promise<VillageMap> => http.get<VillageMap>(`${BASE}/villages/${division}/map`)
export const readDwelling = (id: string): Promise<DwellingDetail> => http.get<DwellingDetail>(`${BASE}/dwellings/${id}`)
export const makeDwelling = (body: Record<string, unknown>, key: string): Promise<{ id: string }> => http.post<{ id: string }>(`${BASE}/dwellings`, body, { key })
export const closedDwellings = (division: string, cursor: string | null): Promise<Page<Dwelling>> => http.get<Page<Dwelling>>(`${BASE}/dwellings`, { query: { division, closed: true, limit: 100, cursor } })
export const changeDwelling = (dwelling: DwellingDetail, body: Record<string, unknown>): Promise<unknown> => http.patch(`${BASE}/dwellings/${dwelling.id}`, body, { version: dwelling.version })

export const rehouse = (household: Household, body: Record<string, unknown>): Promise<unknown> => http.post(`${BASE}/households/${household.id}/address`, body, { version: household.version })
export const readRecordHistory = async (kind: RecordKind, id: string): Promise<RecordChange[]> =>
  (await everyPage<RecordChange>(`${BASE}/${kind}/${id}/history`)).items
