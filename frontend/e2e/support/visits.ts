/**
 * A visit to every address of the application, as whoever it was made for.
 *
 * A route without parameters needs nothing here: it is visited as the first of its roles. One with parameters of its own needs
 * a line in `ADDRESSES`; without it the tour is red.
 */
import { expect, inject } from 'vitest'
import { everyRoute } from '../../src/app/routes'
import { HUAPING, accessToken, type Person } from './people'
import { ELDER } from './desk'

const NOTHING = '00000000-0000-7000-8000-000000000000'

export interface Stop {
  /** As the router spells it. */
  route: string
  address: string
  /** Whose screen it is; null opens without sign-in. */
  role: string | null
}

interface Known {
  case: string
  resident: string
  household: string
  /** Two records that may be one person, and two that were joined; where there are none, an id of nothing, whose screen says so. */
  pair: string
  merge: string
  matter: string
  publicMatter: string
  sealUse: string
  token: string
  division: string
  /** A set of grids; an id of nothing where there is none. */
  area: string
  /** A whistle that a resident's phone began, and the token that follows it. */
  whistle: string
  report: string
  /** A number taken by phone. */
  ticket: string
  /** What the village published, and a question about it. */
  disclosure: string
  question: string
  /** What the village is deciding. */
  deliberation: string
  /** What a rule noticed in the demo's ledger. */
  flag: string
  /** A draft of the department's matter, begun for the visit. */
  draft: string
}

const ADDRESSES: Record<string, (known: Known) => string> = {
  '/cases/:id': (known) => `/cases/${known.case}`,
  '/matters/:id': (known) => `/matters/${known.matter}`,
  '/people/:id': (known) => `/people/${known.resident}`,
  '/people/duplicates/:id': (known) => `/people/duplicates/${known.pair}`,
  '/people/lists/:id': () => `/people/lists/${NOTHING}`,
  '/people/merges/:id': (known) => `/people/merges/${known.merge}`,
  '/places/areas/:id': (known) => `/places/areas/${known.area}`,
  '/places/divisions/:code': () => '/places/divisions/511703119000',
  '/households/:id': (known) => `/households/${known.household}`,
  '/seals/envelopes/:id': () => `/seals/envelopes/${NOTHING}`,
  '/seals/uses/:id': (known) => `/seals/uses/${known.sealUse}`,
  '/deliberations/:id': (known) => `/deliberations/${known.deliberation}`,
  '/my/news/:id': () => `/my/news/${NOTHING}`,
  '/v/d/:id': (known) => `/v/d/${known.deliberation}`,
  '/publishing/:id': (known) => `/publishing/${known.disclosure}`,
  '/inquiries/:id': () => `/inquiries/${NOTHING}`,
  '/flags/:id': (known) => `/flags/${known.flag}`,
  '/disclosures/:id': (known) => `/disclosures/${known.disclosure}`,
  '/v/q/:token': (known) => `/v/q/${known.question}`,
  '/v/s/:token': () => '/v/s/421202.0000000000000000000000',
  '/guide/:id': (known) => `/guide/${known.publicMatter}?place=${HUAPING.tenant}`,
  '/v/:token': (known) => `/v/${known.token}`,
  '/whistles/:id': (known) => `/whistles/${known.whistle}`,
  '/v/w/:token': (known) => `/v/w/${known.report}`,
  '/e/:token': () => '/e/421202.0000000000000000000000',
  '/board/:division': (known) => `/board/${known.division}`,
  '/queue/take/:division': (known) => `/queue/take/${known.division}`,
  '/queue/t/:token': (known) => `/queue/t/${known.ticket}`,
  '/matters/drafts/:id': (known) => `/matters/drafts/${known.draft}`,
  '/:path(.*)*': () => '/nothing/is/here',
}

type Record_ = ReturnType<typeof everyRoute>[number]

/** Every path that shows a page, with the roles it is for. */
export function everyPath(): { path: string; open: boolean; roles: readonly string[] }[] {
  const under = (records: readonly Record_[], parent: string, open: boolean): ReturnType<typeof everyPath> =>
    records.flatMap((record) => {
      const path = `/${[parent, record.path].join('/').split('/').filter(Boolean).join('/')}`
      const free = open || record.meta?.public === true
      if (record.children) return under(record.children, path, free)
      return record.redirect ? [] : [{ path, open: free, roles: (record.meta?.roles as readonly string[] | undefined) ?? ['clerk'] }]
    })
  return under(everyRoute(() => '/account'), '', false)
}

/** The whole tour, grouped by whose screens they are. */
export async function theTour(clerk: Person): Promise<Stop[]> {
  const known = await whatIsThere(clerk)
  return everyPath().map(({ path, open, roles }) => ({ route: path, address: addressOf(path, known), role: open ? null : roles[0]! }))
}

/** What hangs under an address that is known, as /people/:id/history does, is found by itself. */
function addressOf(path: string, known: Known): string {
  if (!path.includes(':')) return path
  const stem = Object.keys(ADDRESSES).filter((one) => path === one || (path.startsWith(`${one}/`) && !path.slice(one.length).includes(':'))).sort((a, b) => b.length - a.length)[0]
  if (!stem) throw new Error(`${path} has parameters: say in e2e/support/visits.ts where to look at it`)
  return `${ADDRESSES[stem]!(known)}${path.slice(stem.length)}`
}

/** Lines of `ADDRESSES` that no route has any more. */
export function forgottenAddresses(): string[] {
  const paths = new Set(everyPath().map((one) => one.path))
  return Object.keys(ADDRESSES).filter((path) => !paths.has(path))
}

async function whatIsThere(clerk: Person): Promise<Known> {
  const [cases, elders, matters, uses, open] = await Promise.all([
    items<{ id: string; state: string }>(clerk, 'GET', '/api/desk/v1/cases?limit=50'),
    items<{ id: string; division: string; household_id?: string }>(clerk, 'POST', '/api/registry/v1/residents/search', { q: ELDER }),
    items<{ id: string; state: string }>(clerk, 'GET', '/api/desk/v1/matters'),
    items<{ id: string }>(clerk, 'GET', '/api/supervision/v1/uses'),
    items<{ id: string }>(clerk, 'GET', `/api/public/v1/matters?division=${HUAPING.tenant}`),
  ])
  const elder = elders.find((one) => one.division === HUAPING.division)!
  const one = cases.find((item) => item.state === 'delivered') ?? cases[0]!
  const [whole, person] = await Promise.all([clerk.api('GET', `/api/desk/v1/cases/${one.id}`), clerk.api('GET', `/api/registry/v1/residents/${elder.id}`)])
  const { documents } = (await whole.json()) as { documents: { token: string }[] }
  const { household_id: household } = (await person.json()) as { household_id: string }
  return {
    case: one.id,
    resident: elder.id,
    household,
    pair: await firstOf('/api/registry/v1/duplicates'),
    merge: await firstOf('/api/registry/v1/duplicates/merges'),
    area: await firstOf('/api/registry/v1/areas'),
    matter: matters.find((item) => item.state === 'published')!.id,
    publicMatter: open[0]!.id,
    sealUse: uses[0]!.id,
    token: documents[0]!.token,
    division: HUAPING.division,
    ...(await aWhistle()),
    ticket: await aTicket(),
    ...(await aQuestion()),
    deliberation: await firstOf('/api/supervision/v1/deliberations'),
    flag: await firstOf('/api/supervision/v1/flags', 'supervisor'),
    draft: await aDraft(),
  }
}

/** A resident's report from the phone, followed by its token. */
async function aWhistle(): Promise<Pick<Known, 'whistle' | 'report'>> {
  const facts = { division: HUAPING.division, category: 'road', description: '村口小桥的护栏断了，孩子上学经过', place: '村口小桥', reporter: { name: '周小兰', phone: '13900001234' } }
  const sent = await fetch(`${inject('baseUrl')}/api/public/v1/whistles`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(facts) })
  const { token } = (await sent.json()) as { token: string }
  return { whistle: await firstOf('/api/desk/v1/whistles'), report: token }
}

/** A question about the newest thing that the village published. */
async function aQuestion(): Promise<Pick<Known, 'disclosure' | 'question'>> {
  const path = `${inject('baseUrl')}/api/public/v1/disclosures`
  const { items: found } = (await (await fetch(`${path}?division=${HUAPING.division}&limit=1`)).json()) as { items: { id: string }[] }
  const disclosure = found[0]!.id
  const asked = await fetch(`${path}/${disclosure}/questions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ kind: 'question', text: '公示栏里的合计是怎么算出来的？' }) })
  return { disclosure, question: ((await asked.json()) as { token: string }).token }
}

async function aTicket(): Promise<string> {
  const order = { division: HUAPING.division, channel: 'phone' }
  const taken = await fetch(`${inject('baseUrl')}/api/public/v1/tickets`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(order) })
  return ((await taken.json()) as { token: string }).token
}

/** A matter that its department has begun to write. */
async function aDraft(): Promise<string> {
  const headers = { authorization: `Bearer ${await accessToken(HUAPING.account('department_officer'))}`, 'content-type': 'application/json', 'idempotency-key': `visit-${Date.now()}` }
  const begun = await fetch(`${inject('baseUrl')}/api/desk/v1/matter-drafts`, { method: 'POST', headers, body: JSON.stringify({ name: '老年助餐申请' }) })
  return ((await begun.json()) as { id: string }).id
}

async function firstOf(list: string, role = 'village_official'): Promise<string> {
  const headers = { authorization: `Bearer ${await accessToken(HUAPING.account(role))}` }
  const answer = await fetch(`${inject('baseUrl')}${list}?limit=1`, { headers })
  const { items: found } = (await answer.json()) as { items?: { id: string }[] }
  return found?.[0]?.id ?? NOTHING
}

async function items<T>(clerk: Person, method: 'GET' | 'POST', path: string, body?: unknown): Promise<T[]> {
  const answer = await clerk.api(method, path, body)
  expect(answer.ok, `${inject('baseUrl')}${path}: ${answer.status}`).toBe(true)
  return ((await answer.json()) as { items: T[] }).items
}
