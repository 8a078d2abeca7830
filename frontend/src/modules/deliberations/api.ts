/** Deliberations: what the village decides, its steps, rolls and votes; names come from the registry. */
import { http, type Page } from '@/api/http'
import type { Schemas } from '@/api/types'
import { inCounty } from '@/shared/lib/visit'

export type Procedure = Schemas['Procedure']
export type Brief = Schemas['DeliberationBrief']
export type Deliberation = Schemas['FullDeliberation']
export type Step = Schemas['DeliberationStep']
export type Execution = Schemas['ExecutionShown']
export type Milestone = Schemas['MilestoneShown']
export type StepFile = Schemas['StepFile']
export type BodyCount = Schemas['BodyCount']
export type Voter = Schemas['Voter']
export type PersonName = Schemas['PersonName']
export type OwnBallot = Schemas['OwnBallot']
export type MeetingCall = Schemas['CallToMeeting']
export type Found = Schemas['ResidentBrief']

const LIST = '/api/supervision/v1/deliberations'
const CALLS = '/api/desk/v1/meeting-calls'
const REGISTRY = '/api/registry/v1/residents'
const id = encodeURIComponent
const MOST_NAMES = 200

function form(file: File): FormData {
  const data = new FormData()
  data.set('file', file)
  return data
}

export const deliberationApi = {
  procedures: () => http.get<{ items: Procedure[] }>(`${LIST}/procedures`, { query: inCounty() }),
  list: (query: Record<string, string | null | undefined>) => http.get<Page<Brief>>(LIST, { query: { ...query, ...inCounty() } }),
  one: (one: string) => http.get<Deliberation>(`${LIST}/${id(one)}`, { query: inCounty() }),
  begin: (body: { division: string; procedure: string; title: string; matter: string; concerned: string[] }, key: string) => http.post<Deliberation>(LIST, body, { key }),
  /** A command that moves the deliberation, over the version that was read. */
  give: (one: Deliberation, command: string, body: object = {}) => http.post<Deliberation>(`${LIST}/${id(one.id)}/${command}`, body, { version: one.version }),
  /** What happens in a meeting, by several clerks side by side. */
  meeting: (one: string, what: string, body: object) => http.post<Deliberation>(`${LIST}/${id(one)}/${what}`, body),
  draft: (one: string, item: string, key: string) => http.post<{ disclosure_id: string }>(`${LIST}/${id(one)}/drafts`, { item }, { key }),
  attach: (one: string, kind: string, file: File) => http.post<Deliberation>(`${LIST}/${id(one)}/files`, form(file), { query: { kind } }),
  detach: (one: string, file: string) => http.delete<Deliberation>(`${LIST}/${id(one)}/files/${id(file)}`),
  file: (one: string, file: string) => http.blob(`${LIST}/${id(one)}/files/${id(file)}`, { query: inCounty() }),
  resolution: (one: string) => http.blob(`${LIST}/${id(one)}/resolution`, { query: inCounty() }),
  roll: (one: string, body: string, cursor: string | null) => http.get<Page<Voter>>(`${LIST}/${id(one)}/roll`, { query: { body, limit: String(MOST_NAMES), cursor, ...inCounty() } }),
  conflicts: (one: string, position: number) => http.get<Schemas['Conflicts']>(`${LIST}/${id(one)}/conflicts`, { query: { position: String(position), ...inCounty() } }),
  /** How many of the roll were told of each call; the messages are the desk's. */
  calls: (one: string) => http.get<Schemas['CallsToMeetings']>(CALLS, { query: { deliberation_id: one, ...inCounty() } }),
  untold: (call: string, cursor: string | null) => http.get<Page<Schemas['Untold']>>(`${CALLS}/${id(call)}/untold`, { query: { limit: String(MOST_NAMES), cursor } }),
  groups: (division: string) => http.get<Page<Schemas['GridView']>>('/api/registry/v1/grids', { query: { division, limit: String(MOST_NAMES) } }),
  names: (ids: string[]) => http.post<{ items: PersonName[] }>(`${REGISTRY}/names`, { ids }, { query: inCounty() }),
  search: (q: string) => http.post<Page<Found>>(`${REGISTRY}/search`, { q, limit: 8 }),
}

const BALLOTS = '/api/supervision/v1/ballots'

/** What a resident does from the own phone; the session lives as long as the page. */
export const residentApi = {
  own: () => http.get<{ items: OwnBallot[] }>(BALLOTS),
  checkIn: (one: string, code: string) => http.post<undefined>(`${BALLOTS}/${id(one)}/check-in`, { code }),
  vote: (one: string, body: string, choice: string) => http.put<undefined>(`${BALLOTS}/${id(one)}`, { body, choice }),
}
