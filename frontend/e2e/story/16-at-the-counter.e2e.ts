/**
 * The bar of the counter: a prepared case is accepted in at most six interactions by keys alone, and every step answers within 300 ms.
 *
 * One interaction is one decision of the clerk: a search that is typed with its Enter, a key, a field that is filled. A step begins with
 * its last key and ends with the first frame in which the screen says what was asked for. The median of the runs counts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { elderOf, prepare } from '../support/behind'
import { openBrowser } from '../support/browser'
import { ALLOWANCE, BANK_CARD, takeWindow } from '../support/desk'
import { swipe } from '../support/keyboard'
import { HUAPING, Person } from '../support/people'
import { settled } from '../support/screens'

const MOST_INTERACTIONS = 6
const MOST_MS = 300
const RUNS = 5
// The first runs warm what a morning has warm: the pool of connections, compiled code, the typesetter's fonts.
const WARM_UP = 2
// A machine that did something else meanwhile is no slow desk: it is measured again before it is called one.
const ROUNDS = 3

const STEPS = ['person', 'matter', 'field', 'originals', 'accept'] as const
type Step = (typeof STEPS)[number]

let browser: Browser
let clerk: Person
let number = ''
const took: Record<Step, number[]> = { person: [], matter: [], field: [], originals: [], accept: [] }

beforeAll(async () => {
  browser = await openBrowser()
  clerk = await Person.signedIn(browser, HUAPING.account('clerk'))
  const { id } = await elderOf(HUAPING)
  const shown = await clerk.api('POST', `/api/registry/v1/residents/${id}/reveal`, { fields: ['identity_number'], purpose: 'verify_identity' })
  number = ((await shown.json()) as { values: { identity_number: string } }).values.identity_number
  await prepare(HUAPING, ['identity_card', 'household_register', 'photo'])
  await takeWindow(clerk.page)
})
afterAll(async () => browser?.close())

/** Works keys and measures from the last of them to the first frame in which `shown` is there; the screen comes to rest before the next. */
async function step(page: Page, name: Step, shown: string, keys: () => Promise<void>): Promise<void> {
  await page.evaluate(watchFor, shown)
  await keys()
  const ms = await page.evaluate(() => (window as unknown as { answered: Promise<number> }).answered)
  took[name].push(ms)
  await settled(page)
}

/** Puts on the window the promise of how long it takes from the last key until an element says what `shown` (an XPath) looks for. */
function watchFor(shown: string): void {
  const LONGEST_MS = 15_000
  const began = performance.now()
  let last = 0
  const note = (event: KeyboardEvent): void => void (last = event.timeStamp)
  window.addEventListener('keydown', note, { capture: true })
  const there = (): boolean => {
    const found = document.evaluate(shown, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE, null).singleNodeValue
    return found instanceof HTMLElement && found.offsetParent !== null
  }
  ;(window as unknown as { answered: Promise<number> }).answered = new Promise((done, fail) => {
    const look = (): void => {
      if (performance.now() - began > LONGEST_MS) return fail(new Error(`never shown: ${shown}`))
      if (last === 0 || !there()) return void requestAnimationFrame(look)
      window.removeEventListener('keydown', note, { capture: true })
      performance.measure(shown, { start: last })
      done(performance.now() - last)
    }
    requestAnimationFrame(look)
  })
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}

describe('a prepared case at the counter', () => {
  it('is accepted in at most six interactions', { timeout: 600_000 }, async () => {
    const { page } = clerk
    for (let run = 0; run < WARM_UP + ROUNDS * RUNS; run += 1) {
      if ((run - WARM_UP) % RUNS === 0) {
        if (run > WARM_UP && STEPS.every((name) => median(took[name]) <= MOST_MS)) break
        for (const name of STEPS) took[name].length = 0
      }
      expect(await acceptOnce(page)).toBeLessThanOrEqual(MOST_INTERACTIONS)
      // The note goes, then the person: the counter is free again.
      await page.keyboard.press('Escape')
      await page.locator('.accepted').waitFor({ state: 'hidden' })
      await page.keyboard.press('Escape')
    }
  })

  it.each(STEPS)('answers within 300 ms: %s', (name) => {
    console.log(`${name.padEnd(10)} ${median(took[name]).toFixed(0)} ms (${took[name].map((ms) => ms.toFixed(0)).join(', ')})`)
    expect(took[name]).toHaveLength(RUNS)
    expect(median(took[name])).toBeLessThanOrEqual(MOST_MS)
  })
})

/** The whole way, from a free counter to the printed receipt; returns how often the clerk did something. */
async function acceptOnce(page: Page): Promise<number> {
  await page.locator('#counter-find').waitFor()
  await settled(page)
  let interactions = 0
  const does = (name: Step, shown: string, keys: () => Promise<void>): Promise<void> => {
    interactions += 1
    return step(page, name, shown, keys)
  }
  // Not the name alone: she can go on once the matters have their keys.
  await does('person', "//section[@aria-label='办事' and //section[@aria-label='来人']//h2[contains(., '张桂兰')]]//button[kbd = '1']", () => swipe(page, number))
  const chip = page.getByRole('button', { name: ALLOWANCE }).first()
  await chip.waitFor()
  const digit = ((await chip.locator('kbd').textContent()) ?? '').trim()
  await does('matter', `//h1[contains(., '${ALLOWANCE}')]`, () => page.keyboard.press(digit))
  await does('field', "//*[@role='status'][contains(., '还有内容未保存')]", () => page.keyboard.type(BANK_CARD))
  await does('originals', "//section[@aria-label='办事' and not(.//button[contains(., '其余原件都已核')])]", () => page.keyboard.press('F6'))
  await does('accept', "//section[contains(@class, 'accepted')]//p[contains(., '已受理')]", () => page.keyboard.press('Enter'))
  return interactions
}
