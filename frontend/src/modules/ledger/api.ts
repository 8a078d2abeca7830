/** What supervision answers about the log. */
import { http, type Page } from '@/api/http'

export interface EntryBrief {
  index: number
  id: string
  time: string
  source: string
  source_seq: number
  action: string
  role: string
  division: string
  outcome: string
  kind: 'act' | 'event' | null
  actor: { id: string; name: string | null } | null
  object_kind: string | null
  object_id: string | null
  case_id: string | null
  people: string[] | null
  purpose: string | null
  detail: Record<string, unknown> | null
  signed: boolean
}

export interface EntryFull extends EntryBrief {
  leaf: string
  leaf_hash: string
  salt: string | null
  content: string | null
}

export interface EntryPage extends Page<EntryBrief> {
  size: number
}

export interface LogKey {
  origin: string
  key_id: string
  public_key: string
  verifier_key: string
}

export interface LogProof {
  proof: string[]
  root: string
  size: number
  checkpoint: string | null
}

export interface InclusionProof extends LogProof {
  index: number
  leaf_hash: string
}

const staff = (tenant: string): string => `/api/supervision/v1/ledger/${tenant}`
const open = (tenant: string): string => `/api/public/v1/ledger/${tenant}`

export const ledgerApi = {
  entries: (tenant: string, query: Record<string, string | null | undefined>) => http.get<EntryPage>(`${staff(tenant)}/entries`, { query }),
  entry: (tenant: string, index: number) => http.get<EntryFull>(`${staff(tenant)}/entries/${index}`),
  key: (tenant: string) => http.get<LogKey>(`${open(tenant)}/key`),
  checkpoint: async (tenant: string) => (await http.blob(`${open(tenant)}/checkpoint`, { accept: 'text/plain' })).text(),
  inclusion: (tenant: string, index: number, size?: number) => http.get<InclusionProof>(`${open(tenant)}/proofs/inclusion`, { query: { entry: index, size } }),
  consistency: (tenant: string, from: number, to: number) => http.get<LogProof>(`${open(tenant)}/proofs/consistency`, { query: { from, to } }),
}

export type LedgerSource = Pick<typeof ledgerApi, 'key' | 'checkpoint' | 'inclusion' | 'consistency'>
