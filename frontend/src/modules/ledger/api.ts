/** What supervision answers about the log. */
import { http, type Page } from '@/api/http'
import type { Schemas } from '@/api/types'

export type EntryBrief = Schemas['EntryBrief']
export type EntryFull = Schemas['EntryFull']
export type EntryPage = Schemas['EntryPage']
export type LogKey = Schemas['LogKey']
export type InclusionProof = Schemas['InclusionProof']
export type ConsistencyProof = Schemas['ConsistencyProof']

export type Witness = Schemas['WitnessShown']
export type CheckpointShown = Schemas['CheckpointShown']
export type Source = Schemas['SourceShown']
export type Alarm = Schemas['AlarmShown']
export type Timeline = Schemas['Timeline']
export type NewWitness = Schemas['NewWitness']

const staff = (tenant: string): string => `/api/supervision/v1/ledger/${tenant}`
const open = (tenant: string): string => `/api/public/v1/ledger/${tenant}`

export const ledgerApi = {
  entries: (tenant: string, query: Record<string, string | null | undefined>) => http.get<EntryPage>(`${staff(tenant)}/entries`, { query }),
  entry: (tenant: string, index: number) => http.get<EntryFull>(`${staff(tenant)}/entries/${index}`),
  key: (tenant: string) => http.get<LogKey>(`${open(tenant)}/key`),
  checkpoint: async (tenant: string) => (await http.blob(`${open(tenant)}/checkpoint`, { accept: 'text/plain' })).text(),
  inclusion: (tenant: string, index: number, size?: number) => http.get<InclusionProof>(`${open(tenant)}/proofs/inclusion`, { query: { entry: index, size } }),
  consistency: (tenant: string, from: number, to: number) => http.get<ConsistencyProof>(`${open(tenant)}/proofs/consistency`, { query: { from, to } }),
  witnesses: (tenant: string) => http.get<{ items: Witness[] }>(`${open(tenant)}/witnesses`),
  checkpoints: (tenant: string, cursor: string | null) => http.get<Page<CheckpointShown>>(`${open(tenant)}/checkpoints`, { query: { limit: 10, cursor } }),
  register: (tenant: string, witness: NewWitness, key: string) => http.post<Witness>(`${staff(tenant)}/witnesses`, witness, { key }),
  retire: (tenant: string, witness: Witness) => http.post<Witness>(`${staff(tenant)}/witnesses/${witness.id}/retire`, undefined, { version: witness.version }),
  sources: (tenant: string) => http.get<{ items: Source[]; open_alarms: number }>(`${staff(tenant)}/sources`),
  alarms: (tenant: string, state: Alarm['state'], cursor: string | null) => http.get<Page<Alarm>>(`${staff(tenant)}/alarms`, { query: { state, cursor } }),
  answer: (tenant: string, alarm: string, note: string) => http.post<Schemas['AlarmAnswer']>(`${staff(tenant)}/alarms/${alarm}/answer`, { note }),
  timeline: (tenant: string, query: Record<string, string | null | undefined>) => http.get<Timeline>(`${staff(tenant)}/timeline`, { query }),
  extract: (tenant: string, index: number) => http.blob(`${staff(tenant)}/entries/${index}/extract`),
  extractPaper: (tenant: string, index: number) => http.blob(`${staff(tenant)}/entries/${index}/extract.pdf`, { accept: 'application/pdf' }),
}

export type EntrySource = Pick<typeof ledgerApi, 'entry'>
export type LedgerSource = Pick<typeof ledgerApi, 'key' | 'checkpoint' | 'inclusion' | 'consistency' | 'witnesses'>
