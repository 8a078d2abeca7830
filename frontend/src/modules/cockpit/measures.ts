/**
 * The figures of the cockpit: what each is, how it reads, and which list shows the records behind it.
 *
 * A rate is null while nothing has been measured; a figure is null where whoever looks may not know it or the registry is away.
 */
import type { Role } from '@/stores/session'
import type { Cockpit, PlaceFigures } from './api'

export type Kind = 'count' | 'rate'
/** The days that the cockpit shows, both included. */
export interface Time {
  since: string
  until: string
}
export interface Measure {
  key: string
  kind: Kind
  /** More of it is worse: it is coloured and ranked as that. */
  bad?: boolean
  value: (place: Pick<PlaceFigures, 'figures' | 'people'>) => number | null
  /** The list of the records behind it, for those who have that list; `wide`: it shows a prefecture, too. */
  list?: { roles: readonly Role[]; wide?: boolean; to: (division: string, time: Time) => { path: string; query: Record<string, string> } }
}
export interface Group {
  key: string
  measures: Measure[]
}

type Counter = { [K in keyof PlaceFigures['figures']]: PlaceFigures['figures'][K] extends number ? K : never }[keyof PlaceFigures['figures']]
type Told = Cockpit['months'][number]
const share = (part: number, whole: number): number | null => (whole ? part / whole : null)
const count = (key: Counter, more: Partial<Measure> = {}): Measure => ({ key, kind: 'count', value: ({ figures }) => figures[key], ...more })

const CASE_READERS: readonly Role[] = ['village_official', 'township_officer', 'county_admin', 'auditor']
const RATING_READERS: readonly Role[] = [...CASE_READERS, 'supervisor']
const PUBLISHERS: readonly Role[] = ['village_official', 'supervisor', 'township_officer', 'county_admin', 'auditor']
const WATCHERS: readonly Role[] = ['supervisor', 'auditor', 'county_admin']
/** A list of an area. With a figure it shows what that figure counts, in the time that the cockpit shows or today. */
const at = (roles: readonly Role[], path: string, query: Record<string, string> = {}, of?: 'time' | 'today', figure?: string): NonNullable<Measure['list']> => ({
  roles,
  to: (division, { since, until }) => ({ path, query: { division, ...query, ...(figure ? { counted: figure, ...(of === 'time' ? { since, until } : {}) } : {}) } }),
})
const cases = (of: 'time' | 'today', figure: string): Measure['list'] => at(CASE_READERS, '/cases', { mine: '0' }, of, figure)
const duties: Measure['list'] = { roles: PUBLISHERS, to: (division, { until }) => ({ path: '/publishing', query: { division, year: until.slice(0, 4) } }) }
const whistles = (of?: 'time' | 'today', figure?: string): Measure['list'] => at(CASE_READERS, '/whistles', { mine: '0' }, of, figure)
const talks = (of: 'time' | 'today', figure: string): Measure['list'] => at(PUBLISHERS, '/deliberations', {}, of, figure)

export const GROUPS: Group[] = [
  {
    key: 'people',
    measures: [
      { key: 'residents', kind: 'count', value: ({ people }) => people?.residents ?? null, list: { ...at(PUBLISHERS, '/statistics'), wide: true } },
      { key: 'households', kind: 'count', value: ({ people }) => people?.households ?? null, list: { ...at(PUBLISHERS, '/statistics'), wide: true } },
    ],
  },
  {
    key: 'cases',
    measures: [
      count('accepted', { list: cases('time', 'accepted') }),
      count('decided', { list: cases('time', 'decided') }),
      { key: 'onTime', kind: 'rate', value: ({ figures }) => share(figures.on_time, figures.decided) },
      count('in_work', { list: cases('today', 'in_work') }),
      count('due_soon', { list: cases('today', 'due_soon') }),
      count('overdue', { bad: true, list: cases('today', 'overdue') }),
    ],
  },
  {
    key: 'satisfaction',
    measures: [
      { key: 'satisfied', kind: 'rate', value: ({ figures }) => share(figures.satisfied, figures.rated), list: at(RATING_READERS, '/evaluations') },
      { key: 'unrated', kind: 'count', bad: true, value: ({ figures }) => figures.decided - figures.rated },
    ],
  },
  {
    key: 'disclosures',
    measures: [count('disclosures', { list: at(PUBLISHERS, '/publishing/all', {}, 'time', 'disclosures') }), count('duties_due', { list: duties }), count('duties_missing', { bad: true, list: duties })],
  },
  {
    key: 'deliberations',
    measures: [count('deliberations', { list: talks('time', 'deliberations') }), count('deliberations_open', { list: talks('today', 'deliberations_open') }), count('meetings', { list: talks('time', 'meetings') }), count('group_meetings', { list: talks('time', 'group_meetings') }), count('solved', { list: talks('time', 'solved') })],
  },
  {
    key: 'whistles',
    measures: [
      count('whistles', { list: whistles('time', 'whistles') }),
      count('whistles_open', { list: whistles('today', 'whistles_open') }),
      { key: 'response', kind: 'rate', value: ({ figures: f }) => share(f.response_met, f.response_met + f.response_missed), list: whistles() },
      { key: 'solution', kind: 'rate', value: ({ figures: f }) => share(f.solution_met, f.solution_met + f.solution_missed), list: whistles() },
    ],
  },
  {
    key: 'oversight',
    measures: [
      { key: 'flags_open', kind: 'count', bad: true, value: ({ figures }) => figures.flags_open, list: at(WATCHERS, '/flags', {}, 'today', 'flags_open') },
      count('inquiries_open', { list: at(PUBLISHERS, '/inquiries', { state: 'open' }) }),
      count('committee_meetings', { list: at(PUBLISHERS, '/inquiries/meetings', {}, 'time', 'committee_meetings') }),
    ],
  },
]
const BY_KEY = new Map(GROUPS.flatMap((group) => group.measures).map((measure) => [measure.key, measure]))
export const FIRST = 'overdue'
export const measureOf = (key: unknown): Measure => BY_KEY.get(String(key)) ?? BY_KEY.get(FIRST)!

/** What has months: what was told, not what stands today. */
export const TRENDS: { key: string; kind: Kind; value: (month: Told) => number | null }[] = [
  { key: 'accepted', kind: 'count', value: (m) => m.accepted },
  { key: 'decided', kind: 'count', value: (m) => m.decided },
  { key: 'onTime', kind: 'rate', value: (m) => share(m.on_time, m.decided) },
  { key: 'satisfied', kind: 'rate', value: (m) => share(m.satisfied, m.rated) },
  { key: 'unrated', kind: 'count', value: (m) => m.decided - m.rated },
  { key: 'whistles', kind: 'count', value: (m) => m.whistles },
  { key: 'response', kind: 'rate', value: (m) => share(m.response_met, m.response_met + m.response_missed) },
  { key: 'disclosures', kind: 'count', value: (m) => m.disclosures },
  { key: 'solved', kind: 'count', value: (m) => m.solved },
]

/** A figure as it is read; what nobody knows is a dash. */
export const say = (kind: Kind, value: number | null): string => (value === null ? '—' : kind === 'rate' ? `${(value * 100).toFixed(1)}%` : value.toLocaleString('zh-CN'))

const STEPS = 5
/** How strong a place is coloured, 0 to 4, by its share of the highest; 0 also for nothing. Null where nothing is known. */
export function strength(value: number | null, most: number): number | null {
  if (value === null) return null
  return most > 0 && value > 0 ? Math.min(STEPS - 1, Math.max(1, Math.ceil((value / most) * (STEPS - 1)))) : 0
}

/** What each colour of the map says; colours that no value can have are left out. */
export function legend({ kind }: Measure, most: number): { strength: number; text: string }[] {
  const found = [{ strength: 0, text: say(kind, 0) }]
  for (let step = 1; most > 0 && step < STEPS; step += 1) {
    const [from, to] = [((step - 1) * most) / (STEPS - 1), (step * most) / (STEPS - 1)]
    if (kind === 'rate') found.push({ strength: step, text: `${Math.round(from * 100)}–${Math.round(to * 100)}%` })
    else if (Math.floor(to) > Math.floor(from)) found.push({ strength: step, text: between(Math.floor(from) + 1, Math.floor(to)) })
  }
  return found
}
const between = (low: number, high: number): string => (low === high ? say('count', low) : `${say('count', low)}–${say('count', high)}`)
