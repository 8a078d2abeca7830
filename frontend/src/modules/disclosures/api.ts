/** Disclosures: the staff's calls and those of the public pages. */
import { everyPage, http, type Page } from '@/api/http'
import { ifThere } from '@/api/problem'
import type { Closer, Schemas } from '@/api/types'
import { inCounty } from '@/shared/lib/visit'

export type Catalogue = Schemas['Catalogue']
export type CatalogueItem = Schemas['CatalogueItem']
export type Sheet = Closer<Schemas['DisclosureTable'], { caption: string }>
export type SheetKind = Schemas['TableColumn']['kind']
export type Brief = Schemas['DisclosureBrief']
export type Disclosure = Closer<Schemas['FullDisclosure'], { tables: Sheet[] }>
export type Duty = Schemas['Duty']
export type DutyState = Duty['state']
export type AreaDuties = Schemas['AreaDuties']
export type Question = Schemas['Question']
export type PublicQuestion = Schemas['PublicQuestion']
export type PublicBrief = Schemas['PublicDisclosure']
export type PublicFull = Closer<Schemas['FullPublicDisclosure'], { tables: Sheet[] }>
export type Settings = Schemas['DisclosureSettings']
export type Subscription = Schemas['Subscription']
export type News = Schemas['SubscriptionNews']
export interface Content {
  title: string
  body: string
  tables: Sheet[]
  mask: boolean
}
export interface Start extends Content {
  division: string
  item: string
  period_start: string | null
  occasion_id: string | null
}

const STAFF = '/api/supervision/v1'
const LIST = `${STAFF}/disclosures`
const OPEN = '/api/public/v1/disclosures'
const id = encodeURIComponent

function form(file: File): FormData {
  const data = new FormData()
  data.set('file', file)
  return data
}

export const disclosureApi = {
  catalogue: () => http.get<Catalogue>(`${LIST}/catalogue`, { query: inCounty() }),
  list: (query: Record<string, string | null | undefined>) => http.get<Page<Brief>>(LIST, { query: { ...query, ...inCounty() } }),
  one: (one: string) => http.get<Disclosure>(`${LIST}/${id(one)}`, { query: inCounty() }),
  begin: (body: Start, key: string) => http.post<Disclosure>(LIST, body, { key }),
  edit: (one: Disclosure, body: Content) => http.put<Disclosure>(`${LIST}/${id(one.id)}`, body, { version: one.version }),
  step: (one: Disclosure, step: string, reason: string) => http.post<Disclosure>(`${LIST}/${id(one.id)}/${step}`, { reason }, { version: one.version }),
  attach: (one: string, file: File) => http.post<Disclosure>(`${LIST}/${id(one)}/files`, form(file)),
  detach: (one: string, file: string) => http.delete<Disclosure>(`${LIST}/${id(one)}/files/${id(file)}`),
  file: (one: string, file: string) => http.blob(`${LIST}/${id(one)}/files/${id(file)}`, { query: inCounty() }),
  notice: (one: string, size: 'a4' | 'a3') => http.blob(`${LIST}/${id(one)}/notice`, { query: { size, ...inCounty() } }),
  duties: (division: string, year: number) => http.get<Schemas['Duties']>(`${STAFF}/disclosure-duties`, { query: { division, year, ...inCounty() } }),
  overview: (division: string, year: number) => http.get<Schemas['Overview']>(`${STAFF}/disclosure-duties/overview`, { query: { division, year, ...inCounty() } }),
  occasion: (body: { division: string; item: string; title: string; day: string }, key: string) => http.post<Schemas['Occasion']>(`${STAFF}/disclosure-occasions`, body, { key }),
  settings: () => http.versioned<Settings>(`${STAFF}/disclosure-settings`),
  setSettings: (body: Settings, version: string) => http.put<Settings>(`${STAFF}/disclosure-settings`, body, { version }),
  startVillages: (division: string, since: string, key: string) => http.post<Schemas['StartedVillages']>(`${STAFF}/disclosure-villages`, { division, since }, { key }),
  questions: (which: 'waiting' | 'finished', cursor: string | null) => http.get<Page<Question>>(`${STAFF}/disclosure-questions`, { query: { which, cursor, ...inCounty() } }),
  subscribers: (division: string) => http.get<Schemas['Subscribers']>('/api/desk/v1/subscribers', { query: { division } }),
  reply: (one: Question, step: string, text: string, key: string) => http.post<Question>(`${STAFF}/disclosure-questions/${id(one.id)}/${step}`, { text }, { version: one.version, key }),
}

export const openApi = {
  list: (query: Record<string, string | number | null | undefined>) => http.get<Page<PublicBrief>>(OPEN, { query }),
  feed: (division: string): string => `${OPEN}/feed?division=${id(division)}`,
  years: (division: string) => http.get<Schemas['ArchiveYears']>(`${OPEN}/years`, { query: { division } }),
  catalogue: (division: string) => http.get<Catalogue>(`${OPEN}/catalogue`, { query: { division } }),
  duties: (division: string) => http.get<Schemas['PublicDuties']>(`${OPEN}/duties`, { query: { division } }),
  one: (one: string) => ifThere(http.get<PublicFull>(`${OPEN}/${id(one)}`)),
  proof: (one: string) => http.get<Schemas['Proof']>(`${OPEN}/${id(one)}/proof`),
  file: (one: string, file: string): string => `${OPEN}/${id(one)}/files/${id(file)}`,
  notice: (one: string, size: 'a4' | 'a3'): string => `${OPEN}/${id(one)}/notice?size=${size}`,
  ask: (one: string, kind: string, text: string, key: string) => http.post<Schemas['QuestionReceived']>(`${OPEN}/${id(one)}/questions`, { kind, text }, { key }),
  follow: (token: string) => ifThere(http.get<Schemas['FollowedQuestion']>(`${OPEN}/questions/${id(token)}`)),
  appeal: (token: string, text: string, key: string) => http.post<Schemas['FollowedQuestion']>(`${OPEN}/questions/${id(token)}/appeal`, { text }, { key }),
}

const OWN = '/api/desk/v1/subscriptions'
const LINK = '/api/public/v1/subscriptions'

/** What a resident follows, signed in by phone; the last two are for the link in a message. */
export const subscriptionApi = {
  own: () => everyPage<Subscription>(OWN),
  news: (cursor: string | null) => http.get<Page<News>>(`${OWN}/news`, { query: { cursor } }),
  follow: (body: { division: string; categories: string[]; phone: string | null }, key: string) => http.post<Subscription>(OWN, body, { key }),
  wait: (body: { token: string; phone: string | null }, key: string) => http.post<Subscription>(`${OWN}/questions`, body, { key }),
  leave: (one: string) => http.delete<undefined>(`${OWN}/${id(one)}`),
  behind: (token: string) => ifThere(http.get<Schemas['Followed']>(`${LINK}/${id(token)}`)),
  endBehind: (token: string) => http.delete<undefined>(`${LINK}/${id(token)}`),
}
