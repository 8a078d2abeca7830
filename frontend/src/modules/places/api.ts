/** Calls about divisions, areas that are no division, and kinds of communities. */
import type { Schemas } from '@/api/types'
import { http, type Page } from '@/api/http'

export type Division = Schemas['DivisionView']

export type DivisionDetail = Schemas['DivisionDetail']

export type CurrentDivision = Schemas['CurrentDivision']

export type Area = Schemas['AreaView']

export type AreaDetail = Schemas['AreaDetail']

export type Centre = Schemas['DivisionCentre']

export type Community = Schemas['CommunityView']

const BASE = '/api/registry/v1'
const ALL_PAGES = 10

export const readDivisions = (query: { parent?: string; q?: string }, cursor: string | null): Promise<Page<Division>> => http.get<Page<Division>>(`${BASE}/divisions`, { query: { ...query, limit: 100, cursor } })
export const readDivision = (code: string): Promise<DivisionDetail> => http.get<DivisionDetail>(`${BASE}/divisions/${code}`)
export const readCurrent = (code: string): Promise<CurrentDivision> => http.get<CurrentDivision>(`${BASE}/divisions/${code}/current`)

/** The villages of an area that exist today; a county has some hundreds. */
export async function readVillages(area: string): Promise<Division[]> {
  const found: Division[] = []
  let cursor: string | null = null
  for (let n = 0; n < ALL_PAGES && (n === 0 || cursor); n += 1) {
    const page: Page<Division> = await http.get<Page<Division>>(`${BASE}/divisions`, { query: { q: area, limit: 200, cursor } })
    found.push(...page.items.filter((d) => d.level === 'village' && !d.valid_to))
    cursor = page.next_cursor
  }
  return found
}

export const readAreas = (division: string, cursor: string | null): Promise<Page<Area>> => http.get<Page<Area>>(`${BASE}/areas`, { query: { division, limit: 100, cursor } })
export const readArea = (id: string): Promise<AreaDetail> => http.get<AreaDetail>(`${BASE}/areas/${id}`)
export const makeArea = (body: Record<string, unknown>, key: string): Promise<{ id: string }> => http.post<{ id: string }>(`${BASE}/areas`, body, { key })
export const changeArea = (area: Area, body: Record<string, unknown>): Promise<unknown> => http.patch(`${BASE}/areas/${area.id}`, body, { version: area.version })

export const readCommunities = (division: string, cursor: string | null): Promise<Page<Community>> => http.get<Page<Community>>(`${BASE}/communities`, { query: { division, limit: 200, cursor } })
export const describeCommunity = (division: string, body: Record<string, unknown>): Promise<unknown> => http.put(`${BASE}/communities/${division}`, body)

/** Where an area lies as far as anything is known of it. */
export const readCentre = async (division: string): Promise<Centre | null> => (await http.get<Schemas['CentresBelow']>(`${BASE}/centres`, { query: { division } })).own
export const stateCentre = (division: string, body: Schemas['CentrePut']): Promise<unknown> => http.put(`${BASE}/centres/${division}`, body)
