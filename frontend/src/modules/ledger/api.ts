/** What supervision answers about the log. */
import { http } from '@/api/http'
import type { Schemas } from '@/api/types'

export type EntryBrief = Schemas['EntryBrief']
export type EntryFull = Schemas['EntryFull']
export type EntryPage = Schemas['EntryPage']
export type LogKey = Schemas['LogKey']
export type InclusionProof = Schemas['InclusionProof']
export type ConsistencyProof = Schemas['ConsistencyProof']

const staff = (tenant: string): string => `/api/supervision/v1/ledger/${tenant}`
const open = (tenant: string): string => `/api/public/v1/ledger/${tenant}`

export const ledgerApi = {
  entries: (tenant: string, query: Record<string, string | null | undefined>) => http.get<EntryPage>(`${staff(tenant)}/entries`, { query }),
  entry: (tenant: string, index: number) => http.get<EntryFull>(`${staff(tenant)}/entries/${index}`),
  key: (tenant: string) => http.get<LogKey>(`${open(tenant)}/key`),
  checkpoint: async (tenant: string) => (await http.blob(`${open(tenant)}/checkpoint`, { accept: 'text/plain' })).text(),
  inclusion: (tenant: string, index: number, size?: number) => http.get<InclusionProof>(`${open(tenant)}/proofs/inclusion`, { query: { entry: index, size } }),
  consistency: (tenant: string, from: number, to: number) => http.get<ConsistencyProof>(`${open(tenant)}/proofs/consistency`, { query: { from, to } }),
}

export type LedgerSource = Pick<typeof ledgerApi, 'key' | 'checkpoint' | 'inclusion' | 'consistency'>
