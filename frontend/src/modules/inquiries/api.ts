/** Calls about the supervision committee and its inquiries. */
import { http, type Page } from '@/api/http'
import type { Schemas } from '@/api/types'
import { inCounty } from '@/shared/lib/visit'

export type InquiryBrief = Schemas['InquiryBrief']
export type Inquiry = Schemas['Inquiry']
export type InquiryState = InquiryBrief['state']
export type InquiryStep = InquiryBrief['steps'][number]
export type Committee = Schemas['Committee']
export type Complaint = Schemas['Complaint']
export type NewInquiry = Schemas['NewInquiry']
export type NewMeeting = Schemas['NewMeeting']
export type MeetingOfArea = Schemas['MeetingOfArea']
export type Activity = Schemas['Activity']
export type Check = Committee['checks'][number]

const BASE = '/api/supervision/v1'
const id = encodeURIComponent

export const inquiriesApi = {
  list: (query: Record<string, string | null | undefined>) => http.get<Page<InquiryBrief>>(`${BASE}/inquiries`, { query: { ...query, ...inCounty() } }),
  /** What people of the village complained of: what an inquiry may be opened by. */
  complaints: (division: string) => http.get<{ items: Complaint[] }>(`${BASE}/inquiries/complaints`, { query: { division } }),
  meetings: (query: Record<string, string | null | undefined>) => http.get<Page<MeetingOfArea>>(`${BASE}/committee/meetings`, { query: { ...query, ...inCounty() } }),
  one: (one: string) => http.get<Inquiry>(`${BASE}/inquiries/${id(one)}`, { query: inCounty() }),
  plan: (body: NewInquiry, key: string) => http.post<Inquiry>(`${BASE}/inquiries`, body, { key }),
  step: (one: Inquiry, step: InquiryStep, note: string) => http.post<Inquiry>(`${BASE}/inquiries/${one.id}/${step}`, { note }, { version: one.version }),
  committee: (division: string, year: number) => http.get<Committee>(`${BASE}/committee`, { query: { division, year, ...inCounty() } }),
  activity: (division: string, year: number, cursor: string | null) => http.get<Page<Activity>>(`${BASE}/committee/activity`, { query: { division, year, cursor, limit: 10, ...inCounty() } }),
  meet: (body: NewMeeting, key: string) => http.post<Schemas['Meeting']>(`${BASE}/committee/meetings`, body, { key }),
  check: (item: string, division: string, met: boolean, note: string) => http.put<undefined>(`${BASE}/committee/checks/${item}`, { division, met, note }),
}
