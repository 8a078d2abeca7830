/** Calls about grids, their people, dwellings and the map of a village. */
import type { Schemas } from '@/api/types'
import { http, type Page } from '@/api/http'

export type Grid = Schemas['GridView']

export type GridDetail = Schemas['GridDetail']

export type Dwelling = Schemas['DwellingView']

export type DwellingDetail = Schemas['DwellingDetail']

export type VillageMap = Schemas['VillageMap']

export type MapDwelling = Schemas['MapDwelling']

const BASE = '/api/registry/v1'

export const readGrids = (division?: string): Promise<Page<Grid>> => http.get<Page<Grid>>(`${BASE}/grids`, { query: { division, limit: 200 } })
export const readGrid = (id: string): Promise<GridDetail> => http.get<GridDetail>(`${BASE}/grids/${id}`)
export const makeGrid = (body: Record<string, unknown>): Promise<{ id: string }> => http.post<{ id: string }>(`${BASE}/grids`, body)
export const changeGrid = (grid: GridDetail, body: Record<string, unknown>): Promise<unknown> => http.patch(`${BASE}/grids/${grid.id}`, body, { version: grid.version })
export const appoint = (grid: string, body: Record<string, unknown>): Promise<unknown> => http.post(`${BASE}/grids/${grid}/people`, body)
export const endPerson = (grid: string, person: string, until: string): Promise<unknown> => http.post(`${BASE}/grids/${grid}/people/${person}/end`, { until })

export const readMap = (division: string): Promise<VillageMap> => http.get<VillageMap>(`${BASE}/villages/${division}/map`)
export const readDwelling = (id: string): Promise<DwellingDetail> => http.get<DwellingDetail>(`${BASE}/dwellings/${id}`)
export const makeDwelling = (body: Record<string, unknown>): Promise<{ id: string }> => http.post<{ id: string }>(`${BASE}/dwellings`, body)
export const changeDwelling = (dwelling: DwellingDetail, body: Record<string, unknown>): Promise<unknown> => http.patch(`${BASE}/dwellings/${dwelling.id}`, body, { version: dwelling.version })
