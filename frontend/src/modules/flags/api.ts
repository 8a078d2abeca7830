/** Calls about red flags and their rules. */
import { http, type Page } from '@/api/http'
import type { Schemas } from '@/api/types'
import { inCounty } from '@/shared/lib/visit'
import type { Job } from '@/modules/admin/api'

export type FlagBrief = Schemas['FlagBrief']
export type Flag = Schemas['Flag']
export type FlagState = FlagBrief['state']
export type FlagStep = FlagBrief['steps'][number]
export type Severity = FlagBrief['severity']
export type FlagRule = Schemas['FlagRule']
export type FlagQuery = Record<'rule' | 'severity' | 'state' | 'division' | 'owner', string | undefined>
export type Thresholds = Record<string, unknown>

export interface BackTested {
  found: number
  known: number
  by_day: Record<string, number>
  by_division: Record<string, number>
  items: { at: string; division: string; entries: number[]; facts: Record<string, unknown>; known: boolean }[]
}

export type PublicFlags = Schemas['PublicFlags']
export type PublicFinding = Schemas['PublicFinding']

const BASE = '/api/supervision/v1'

export const flagsApi = {
  list: (query: FlagQuery, cursor: string | null) => http.get<Page<FlagBrief>>(`${BASE}/flags`, { query: { ...query, cursor, ...inCounty() } }),
  counts: (query: FlagQuery) => http.get<Schemas['FlagCounts']>(`${BASE}/flags/counts`, { query: { ...query, state: undefined, ...inCounty() } }),
  one: (id: string) => http.get<Flag>(`${BASE}/flags/${encodeURIComponent(id)}`, { query: inCounty() }),
  step: (flag: Flag, step: FlagStep, note: string) => http.post<Flag>(`${BASE}/flags/${flag.id}/${step}`, { note }, { version: flag.version }),
  candidates: (id: string) => http.get<Schemas['FlagCandidates']>(`${BASE}/flags/${encodeURIComponent(id)}/candidates`),
  assign: (flag: Flag, account: string, note: string, key: string) => http.post<Flag>(`${BASE}/flags/${flag.id}/assign`, { account, note }, { version: flag.version, key }),
  rules: () => http.get<{ items: FlagRule[] }>(`${BASE}/flag-rules`),
  change: (rule: FlagRule, on: boolean, thresholds: Thresholds) => http.put<FlagRule>(`${BASE}/flag-rules/${rule.id}`, { on, thresholds }, { version: rule.version }),
  backTest: (rule: string, days: number, thresholds: Thresholds, key: string) => http.post<{ id: string }>(`${BASE}/flag-rules/${rule}/back-tests`, { days, thresholds }, { key }),
  job: (id: string) => http.get<Omit<Job, 'result'> & { result: BackTested | null }>(`${BASE}/jobs/${id}`),
}

const OPEN = '/api/public/v1/flags'

/** What everybody sees, as far as the county shows it. */
export const openFlagsApi = {
  counts: (division: string) => http.get<PublicFlags>(OPEN, { query: { division } }),
  findings: (division: string, cursor: string | null) => http.get<Page<PublicFinding>>(`${OPEN}/findings`, { query: { division, cursor } }),
}
