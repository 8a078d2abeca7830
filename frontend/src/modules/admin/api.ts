/** What the gateway and the services answer to administrators. */
import { call, http, type Page } from '@/api/http'
import type { Closer, Schemas } from '@/api/types'

export type PostRecord = Schemas['PostRecord']
export type Account = Schemas['AccountOut']
export type AdminProposal = Schemas['AdminProposal']
export type NewPost = Pick<Schemas['NewPost'], 'role' | 'tenants' | 'divisions' | 'department' | 'title'>
export type OnlineSession = Schemas['OnlineSession']
export type SignInRecord = Schemas['SignInRecord']
export type OperationRecord = Schemas['OperationRecord']
export type Client = Schemas['ClientOut']
export type ProfileBrief = Schemas['ProfileBrief']
export type ProfileFull = Schemas['ProfileOut']
export type Job = Closer<Schemas['Job'], { state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'; errors: Schemas['JobError'][] }>
export type OverseenJob = Schemas['OverseenJob']
export type DeadLetter = Schemas['DeadLetter']
export type Delivery = Schemas['Delivery']
export type Readiness = Schemas['Readiness']

export const SERVICES = ['registry', 'desk', 'supervision'] as const
export type Service = (typeof SERVICES)[number]

/** The parts that pass events on; the gateway answers under its own address. */
export const PARTS = ['registry', 'desk', 'supervision', 'gateway'] as const
export type Part = (typeof PARTS)[number]

const BASE = '/api/auth/v1'
const upkeep = (part: Part): string => (part === 'gateway' ? `${BASE}/upkeep` : `/api/${part}/v1/upkeep`)
const account = (id: string): string => `${BASE}/accounts/${id}`
type Paged = Record<string, string | null | undefined>

export const adminApi = {
  accounts: (query: Paged) => http.get<Page<Account>>(`${BASE}/accounts`, { query }),
  account: (id: string) => http.get<Account>(account(id)),
  createAccount: (body: object, key: string) => http.post<Account>(`${BASE}/accounts`, body, { key }),
  changeAccount: (a: Account, body: { name: string }) => http.patch<Account>(account(a.id), body, { version: a.version }),
  command: (a: Account, command: 'disable' | 'enable' | 'reset-otp') => http.post<Account>(`${account(a.id)}/${command}`, undefined, { version: a.version }),
  resetPassword: (a: Account, password: string) => http.post<Account>(`${account(a.id)}/reset-password`, { password }, { version: a.version }),
  endSessions: (a: Account) => http.delete<{ ended: number }>(`${account(a.id)}/sessions`),
  givePost: (id: string, post: NewPost, key: string) => http.post<PostRecord | AdminProposal>(`${account(id)}/posts`, post, { key }),
  endPost: (p: PostRecord) => http.delete<void>(`${BASE}/posts/${p.id}`, { version: p.version }),
  proposals: (query: Paged) => http.get<Page<AdminProposal>>(`${BASE}/admin-proposals`, { query }),
  confirmProposal: (p: AdminProposal) => http.post<Schemas['Confirmed']>(`${BASE}/admin-proposals/${p.id}/confirm`, undefined, { version: p.version }),
  refuseProposal: (p: AdminProposal, reason: string) => http.post<AdminProposal>(`${BASE}/admin-proposals/${p.id}/refuse`, { reason }, { version: p.version }),
  withdrawProposal: (p: AdminProposal) => http.post<AdminProposal>(`${BASE}/admin-proposals/${p.id}/withdraw`, undefined, { version: p.version }),
  // On a phone each is a card of seven lines.
  online: (query: Paged) => http.get<Page<OnlineSession>>(`${BASE}/sessions`, { query: { limit: '30', ...query } }),
  endSession: (id: string) => http.delete<void>(`${BASE}/sessions/${id}`),
  signIns: (query: Paged) => http.get<Page<SignInRecord>>(`${BASE}/sign-ins`, { query }),
  operations: (query: Paged) => http.get<Page<OperationRecord>>(`${BASE}/operations`, { query }),
  clients: (query: Paged) => http.get<Page<Client>>(`${BASE}/clients`, { query }),
  client: (id: string) => http.get<Client>(`${BASE}/clients/${id}`),
  createClient: (body: object, key: string) => http.post<Client>(`${BASE}/clients`, body, { key }),
  changeClient: (c: Client, body: object) => http.patch<Client>(`${BASE}/clients/${c.id}`, body, { version: c.version }),
  profiles: () => http.get<Page<ProfileBrief>>(`${BASE}/profiles`),
  profile: (id: string) => http.get<ProfileFull>(`${BASE}/profiles/${id}`),
  jobs: (service: Service, query: Paged) => http.get<Page<Job>>(`/api/${service}/v1/jobs`, { query }),
  overseenJobs: (service: Service, query: Paged) => http.get<Page<OverseenJob>>(`${upkeep(service)}/jobs`, { query }),
  deadLetters: (part: Part) => http.get<{ items: DeadLetter[] }>(`${upkeep(part)}/dead-letters`),
  deliveries: (part: Part) => http.get<{ items: Delivery[] }>(`${upkeep(part)}/deliveries`),
  replay: (part: Part, letter: DeadLetter) => http.post<void>(`${upkeep(part)}/dead-letters/replay`, { tenant: letter.tenant, source: letter.source, sequence: letter.sequence }),
  cancelJob: (service: Service, id: string) => http.delete<void>(`/api/${service}/v1/jobs/${id}`),
  /** Not ready is an answer here, not an error. */
  readiness: async (): Promise<Readiness> => (await fetch('/readyz', { headers: { Accept: 'application/json' }, cache: 'no-store' })).json() as Promise<Readiness>,
}

export const readJob = (service: Service, id: string): Promise<Job> => http.get<Job>(`/api/${service}/v1/jobs/${id}`)

/** Follows a job by server-sent events until it ends, the signal stops it or the line breaks. */
export async function followJob(service: Service, id: string, told: (job: Job) => void, signal: AbortSignal): Promise<void> {
  const response = await call('GET', `/api/${service}/v1/jobs/${id}/events`, { accept: 'text/event-stream', signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read()) {
    const blocks = (rest + chunk.value).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = block.split('\n').filter((l) => l.startsWith('data:')).map((l) => l.slice(5).trim()).join('')
      if (data) told(JSON.parse(data) as Job)
    }
  }
}
