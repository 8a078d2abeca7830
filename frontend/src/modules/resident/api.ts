/** What a resident reads of the own affairs, signed in by phone. */
import { http, type Page } from '@/api/http'
import { ifThere } from '@/api/problem'
import type { Schemas } from '@/api/types'

export type News = Schemas['SubscriptionNews']

const NEWS = '/api/desk/v1/subscriptions/news'

export const newsApi = {
  list: (unread: boolean, cursor: string | null) => http.get<Page<News>>(NEWS, { query: { unread: unread || undefined, limit: 20, cursor } }),
  one: (id: string) => ifThere(http.get<News>(`${NEWS}/${encodeURIComponent(id)}`)),
  unread: () => http.get<Schemas['UnreadNews']>(`${NEWS}/unread`),
  read: (ids: string[]) => http.post<Schemas['Marked']>(`${NEWS}/read`, { ids }),
  /** The desk marks them in portions. */
  readAll: async (): Promise<void> => {
    while ((await http.post<Schemas['Marked']>(`${NEWS}/read`, { everything: true })).more);
  },
}
