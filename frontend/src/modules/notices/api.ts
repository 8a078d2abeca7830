/** Calls about notices to staff and messages to applicants. */
import { http, type Page } from '@/api/http'
import { ifThere } from '@/api/problem'
import type { Schemas } from '@/api/types'

export type Notice = Schemas['Notice']
export type Unread = Schemas['Unread']
export type Message = Schemas['ServicesDeskMessage']
export type DemoMessage = Schemas['DemoMessage']
export type Wish = Schemas['ResidentPreferences']
export type Topic = 'reminder' | 'whistle' | 'evaluation' | 'hand_over' | 'disclosure' | 'meeting'

const BASE = '/api/desk/v1'

export const noticesApi = {
  list: (unread: boolean, cursor: string | null) => http.get<Page<Notice>>(`${BASE}/notices`, { query: { unread: unread || undefined, cursor } }),
  unread: () => http.get<Unread>(`${BASE}/notices/unread`),
  read: (ids: string[]) => http.post<Schemas['Marked']>(`${BASE}/notices/read`, { ids }),
  /** The desk marks them in portions. */
  readAll: async (): Promise<void> => {
    while ((await http.post<Schemas['Marked']>(`${BASE}/notices/read`, { everything: true })).more);
  },
  preferences: () => http.get<{ muted: Topic[] }>(`${BASE}/notice-preferences`),
  mute: (muted: Topic[]) => http.put<{ muted: Topic[] }>(`${BASE}/notice-preferences`, { muted }),
  wish: (resident: string) => http.get<Wish>(`${BASE}/residents/${resident}/notice-preferences`),
  setWish: (resident: string, wish: Wish) => http.put<Wish>(`${BASE}/residents/${resident}/notice-preferences`, wish),
  messages: (state: string | undefined, cursor: string | null) => http.get<Page<Message>>(`${BASE}/sms-messages`, { query: { state, cursor } }),
  /** What the demo's phones received; nothing outside the demo. */
  demo: () => ifThere(http.get<{ items: DemoMessage[] }>(`${BASE}/sms-messages/demo`)),
  codes: () => ifThere(http.get<Schemas['Messages']>('/api/auth/v1/messages')),
}
