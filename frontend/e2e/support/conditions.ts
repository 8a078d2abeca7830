/** Conditions under which a screen has to be itself; each gives back the way to end it. */
import type { Page, Route } from 'playwright-core'
import { settled, type Look } from './screens'

type End = () => Promise<void>

export interface Condition {
  /** In the names of pictures. */
  name: string
  /** What is done to a page for it; nothing for a usual day. */
  begin?: (page: Page) => Promise<End>
  /** Only what the services answer is changed by it. */
  ofServices: boolean
  look: Look
}

/** What is empty or broken is the same few components everywhere, so each is judged by axe at one width. */
export const CONDITIONS: readonly Condition[] = [
  { name: '', ofServices: false, look: {} },
  { name: '-empty', begin: nothingThere, ofServices: true, look: { only: 'phone' } },
  { name: '-failing', begin: failing, ofServices: true, look: { only: 'desk' } },
  { name: '-english-large', begin: elderInEnglish, ofServices: false, look: { axe: 'phone' } },
]

// What says who is signed in and what the place is called stays, or there would be no screen at all.
const OF_THE_SCREEN = /\/api\/(desk|registry|supervision|public|auth\/v1\/(accounts|clients|operations|profiles|sign-ins|sessions$|signing-keys))/
const FAILURE = { type: 'about:blank', title: '内部错误', status: 500, code: 'internal', detail: '服务出错，请稍后再试', request_id: 'e2e' }

/** Every service answers that something went wrong. */
async function failing(page: Page): Promise<End> {
  return whenAsked(page, (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', json: FAILURE }))
}

/** Every list is empty. */
async function nothingThere(page: Page): Promise<End> {
  return whenAsked(page, async (route) => {
    const answer = await route.fetch()
    const body: unknown = (answer.headers()['content-type'] ?? '').includes('json') ? await answer.json() : null
    if (typeof body !== 'object' || body === null) return route.fulfill({ response: answer })
    const emptied = Object.entries(body).map(([name, value]) => [name, name === 'next_cursor' ? null : name === 'items' && Array.isArray(value) ? [] : value])
    return route.fulfill({ response: answer, json: Object.fromEntries(emptied) })
  })
}

/** English, in large type. */
async function elderInEnglish(page: Page): Promise<End> {
  const set = (language: string, elder: string): Promise<void> =>
    page.evaluate(
      ([l, e]) => {
        localStorage.setItem('linli.language', l!)
        localStorage.setItem('linli.elder', e!)
      },
      [language, elder],
    )
  await set('en', '1')
  return () => set('zh-CN', '0')
}

/** Goes to an address as a link inside the application does, without loading it anew. */
export async function follow(page: Page, address: string): Promise<void> {
  await page.evaluate(async (to) => {
    const root = document.querySelector('#app') as unknown as { __vue_app__: { config: { globalProperties: { $router: { push: (to: string) => Promise<unknown> } } } } }
    await root.__vue_app__.config.globalProperties.$router.push(to)
  }, address)
}

/** Waits until the application stands and has what it asked for; returns what the page says. */
export async function isShown(page: Page): Promise<string> {
  await page.locator('main :not(:empty)').first().waitFor({ state: 'attached' })
  await settled(page)
  return page.locator('main').innerText()
}

async function whenAsked(page: Page, answer: (route: Route) => Promise<void>): Promise<End> {
  // A page that is left cancels its calls; what they were to be answered with matters to nobody.
  const careful = (route: Route): Promise<void> => answer(route).catch(() => undefined)
  await page.route(OF_THE_SCREEN, careful)
  return async () => {
    await page.unroute(OF_THE_SCREEN, careful)
  }
}
