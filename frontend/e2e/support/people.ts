/** The demo's people, each with a browser of their own, so that a key made in one is never seen by another. */
import { inject } from 'vitest'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { fill, keysOnly } from './keyboard'

// Generous for a machine that does other things; a page answers in a fraction of a second.
const WAIT_MS = 45_000
export const PASSWORD = 'Linli#2026demo'

const others = new Map<string, string>()
/** An account that is not one of the demo's signs in with a password of its own. */
export const keepPassword = (username: string, password: string): unknown => others.set(username, password)
const passwordOf = (username: string): string => others.get(username) ?? PASSWORD

const contexts = new Set<BrowserContext>()

export function openPages(): Page[] {
  return [...contexts].flatMap((context) => context.pages())
}

/** A demo village and the accounts that work for it. */
export class Village {
  constructor(readonly division: string) {}

  get tenant(): string {
    return this.division.slice(0, 6)
  }

  account(role: string): string {
    const length = { township_officer: 9, department_officer: 6, county_admin: 6, auditor: 4 }[role] ?? 12
    return `${role}.${this.division.slice(0, length)}`
  }
}

export const HUAPING = new Village('421202104221')
export const GUQIAO = new Village('511681002001')
/** 马家社区, which decides under five deliberations; the demo has nobody there. */
export const MAJIA = new Village('511703108002')

export class Person {
  private constructor(
    readonly username: string,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  /** Opens a browser profile and signs in; here and afterwards by keys alone. */
  static async signedIn(browser: Browser, username: string): Promise<Person> {
    const person = await Person.atTheDoor(browser, username)
    await person.signIn()
    return person
  }

  /** Opens a browser profile at the sign-in page. */
  static async atTheDoor(browser: Browser, username: string): Promise<Person> {
    const context = await browser.newContext({
      baseURL: inject('baseUrl'),
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      viewport: { width: 1440, height: 900 },
      permissions: ['camera', 'clipboard-read', 'clipboard-write'],
      reducedMotion: 'reduce',
    })
    await watch(context)
    await context.addInitScript(countPrints)
    const person = new Person(username, context, keysOnly(await context.newPage()))
    await person.page.goto('/sign-in')
    return person
  }

  /** Returns how many papers and pages went to the printer in this tab. */
  async printed(): Promise<number> {
    return this.page.evaluate(() => Number(sessionStorage.getItem('e2e-printed')))
  }

  async signIn(password = passwordOf(this.username)): Promise<void> {
    const page = this.page
    await fill(page, page.getByLabel('账号', { exact: true }), this.username)
    await fill(page, page.getByLabel('密码', { exact: true }), password)
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.pathname !== '/sign-in')
  }

  /** Calls the API as this person: for what has no screen, and to read what the screen should show. */
  async api(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return behind(this.username).api(method, path, body, headers)
  }

  async leave(): Promise<void> {
    await this.context.close()
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Whoever can call the API: a person before a browser, or an account without one. */
export type Caller = Pick<Person, 'api'>

// A token lasts ten minutes; signing in for every call would run into the limit of a source.
const SESSION_MS = 5 * 60_000
const atWork = new Map<string, { token: Promise<string>; until: number }>()

/** An account at work behind the story, which no browser of the story knows of. */
export function behind(username: string): Caller {
  const known = atWork.get(username)
  const session = known && known.until > Date.now() ? known : { token: accessToken(username), until: Date.now() + SESSION_MS }
  atWork.set(username, session)
  return { api: async (method, path, body, headers) => call(await session.token, method, path, body, headers) }
}

function call(token: string, method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const file = body instanceof FormData
  return fetch(`${inject('baseUrl')}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined || file ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: file ? body : JSON.stringify(body) }),
  })
}

/** A session of its own beside the browser's, for ten minutes. */
export async function accessToken(username: string, password = passwordOf(username), next?: string): Promise<string> {
  const answer = await fetch(`${inject('baseUrl')}/api/auth/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password, ...(next ? { new_password: next } : {}) }),
  })
  if (!answer.ok) throw new Error(`${username} cannot sign in: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { access_token: string }).access_token
}

/** An officer of one more department, made for this run, who works by the API: the demo has one department a county. */
export async function officerOf(village: Village, department: string): Promise<(method: string, path: string, body?: unknown, version?: number) => Promise<Response>> {
  const call = (token: string) => (method: string, path: string, body?: unknown, version?: number) =>
    fetch(`${inject('baseUrl')}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...(version === undefined ? {} : { 'if-match': `"${version}"` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const username = `department_officer.e2e${Date.now().toString(36)}`
  const initial = 'Linli#2026initial'
  const post = { role: 'department_officer', tenants: [village.tenant], divisions: [village.tenant], department, title: department }
  const made = await call(await accessToken('system_admin'))('POST', '/api/auth/v1/accounts', { username, name: `${department}经办`, tenant: village.tenant, password: initial, posts: [post] })
  if (!made.ok) throw new Error(`no account for ${department}: ${made.status} ${await made.text()}`)
  return call(await accessToken(username, initial, 'Linli#2026changed'))
}

/** A resident's telephone: no sign-in, small screen, touch. */
export const phone = (browser: Browser): Promise<Page> => touched(browser, { width: 390, height: 844 }, true)

/** A tablet lying on the counter: no sign-in, touch. */
export const tablet = (browser: Browser): Promise<Page> => touched(browser, { width: 1024, height: 768 }, false)

async function touched(browser: Browser, viewport: { width: number; height: number }, isMobile: boolean): Promise<Page> {
  const context = await browser.newContext({
    baseURL: inject('baseUrl'),
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport,
    hasTouch: true,
    isMobile,
    reducedMotion: 'reduce',
  })
  await watch(context)
  return context.newPage()
}

/** Takes the printer's place: Chromium without a screen crashes in its print preview. */
function countPrints(): void {
  window.print = () => sessionStorage.setItem('e2e-printed', String(Number(sessionStorage.getItem('e2e-printed')) + 1))
}

/** Counts the calls under way, so that a test knows when a screen has what it asked for. */
function countCalls(): void {
  const counted = window as unknown as { callsUnderWay: number }
  counted.callsUnderWay = 0
  const ask = window.fetch.bind(window)
  window.fetch = async (...given) => {
    counted.callsUnderWay += 1
    try {
      return await ask(...given)
    } finally {
      counted.callsUnderWay -= 1
    }
  }
}

async function watch(context: BrowserContext): Promise<void> {
  await context.addInitScript(countCalls)
  context.setDefaultTimeout(WAIT_MS)
  contexts.add(context)
  context.on('close', () => contexts.delete(context))
}
