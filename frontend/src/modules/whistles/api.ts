/** Whistles (吹哨报到): the staff's calls and those of the public phone page. */
import { http, type Page } from '@/api/http'
import { ApiProblem } from '@/api/problem'
import type { Closer, Schemas } from '@/api/types'
import { inCounty } from '@/shared/lib/visit'

export type WhistleBrief = Schemas['WhistleBrief']
export type Whistle = Schemas['Whistle']
export type Duty = Schemas['DutyView']
export type League = Schemas['League']
export type LeagueLine = Schemas['LeagueLine']
export type Similar = Schemas['PublicSimilar']
export type Position = { latitude: number; longitude: number }
export type Share = { department: string; part: 'lead' | 'assist' }
export type Followed = Closer<Schemas['FollowedWhistle'], { levels: { level: number; zh: string; en: string }[] }>
export interface Facts {
  division: string
  category: string
  description: string
  place: string
  position: Position | null
}

const STAFF = '/api/desk/v1'
const OPEN = '/api/public/v1/whistles'
const at = (id: string): string => `${STAFF}/whistles/${encodeURIComponent(id)}`

export interface Filters {
  state?: string
  division?: string
  clock?: string
  department?: string
  escalated?: boolean
  mine?: boolean
  cursor?: string | null
}

export const whistleApi = {
  settings: () => http.get<Schemas['WhistleSettings']>(`${STAFF}/whistle-settings`, { query: inCounty() }),
  counts: () => http.get<Schemas['WhistleCounts']>(`${STAFF}/whistle-counts`, { query: inCounty() }),
  list: (query: Filters) => http.get<Page<WhistleBrief>>(`${STAFF}/whistles`, { query: { ...query, ...inCounty() } }),
  one: (id: string) => http.get<Whistle>(at(id), { query: inCounty() }),
  similar: (id: string) => http.get<Schemas['SimilarList']>(`${at(id)}/similar`),
  start: (body: Facts & { urgency: string; reporter: { name: string; phone: string | null } | null }, key: string) => http.post<Whistle>(`${STAFF}/whistles`, body, { key }),
  command: (id: string, version: number, name: string, body: unknown) => http.post<Whistle>(`${at(id)}/${name}`, body, { version }),
  reveal: (id: string, purpose: string) => http.post<Schemas['RevealedReporters']>(`${at(id)}/reveal`, { purpose }),
  photo: (id: string, photo: string) => http.blob(`${at(id)}/photos/${encodeURIComponent(photo)}`),
  addPhoto: (id: string, file: File) => http.post<Schemas['PhotoTaken']>(`${at(id)}/photos`, form(file)),
  league: (first: string, last: string) => http.get<League>(`${STAFF}/whistle-league`, { query: { first, last } }),
}

export const residentApi = {
  settings: (division: string) => http.get<Schemas['PublicWhistleSettings']>(`${OPEN}/settings`, { query: { division } }),
  similar: (facts: Pick<Facts, 'division' | 'category' | 'description' | 'position'>) => http.post<Schemas['PublicSimilarList']>(`${OPEN}/similar`, facts),
  report: (body: Facts & { reporter: { name: string; phone: string }; join_id: string | null }, key: string) => http.post<Schemas['ReportReceived']>(OPEN, body, { key }),
  addPhoto: (token: string, file: File) => http.post<Schemas['PhotoTaken']>(`${OPEN}/${encodeURIComponent(token)}/photos`, form(file)),
  rate: (token: string, level: number, comment: string, key: string) => http.post<Schemas['WhistleRated']>(`${OPEN}/${encodeURIComponent(token)}/rating`, { level, comment }, { key }),
  /** The report, or null where the token is none of ours. */
  follow: async (token: string): Promise<Followed | null> => {
    try {
      return await http.get<Followed>(`${OPEN}/${encodeURIComponent(token)}`)
    } catch (error) {
      if (error instanceof ApiProblem && (error.status === 404 || error.status === 422)) return null
      throw error
    }
  },
}

function form(file: File): FormData {
  const data = new FormData()
  data.append('file', file)
  return data
}
