/** Each number of the cockpit says what its list shows: for a county's administrator, a village's official, a township's officer and an auditor. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { GUQIAO, HUAPING, Person, type Village } from '../support/people'
import { look, nothingFound } from '../support/screens'

/** Rates have no count; people and duties lead to pages of figures, whose totals stand beside the place. */
const NO_COUNT = /人口|户数|率|待公开|逾期未公开|未评价/
const MET = /会议/

let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(async () => browser?.close())

interface Figure {
  name: string
  number: number
  href: string
}

async function figures(page: Page, division: string): Promise<Figure[]> {
  await page.goto(`/cockpit?division=${division}`)
  await page.locator('.board').waitFor()
  const found = await page.locator('.board li').evaluateAll((items) =>
    items.map((item) => ({ name: item.querySelector('.name')!.textContent!.trim(), number: item.querySelector('strong')!.textContent!.trim(), href: item.querySelector('a')?.getAttribute('href') ?? '' })),
  )
  return found.filter((one) => one.href && !NO_COUNT.test(one.name)).map((one) => ({ ...one, number: Number(one.number.replaceAll(',', '')) }))
}

/** How much a list shows to its end; of meetings, how many were held. */
async function listed(page: Page, { name, href }: Figure): Promise<number> {
  const answer = page.waitForResponse((one) => one.url().includes('/api/') && one.url().includes('division=') && /\/(cases|whistles|disclosures|deliberations|flags|inquiries|committee\/meetings)\?/.test(one.url()))
  await page.goto(href)
  let body = (await (await answer).json()) as { items: { met?: number }[]; next_cursor: string | null }
  let total = 0
  const add = (): void => void (total += body.items.reduce((sum, one) => sum + (MET.test(name) ? (one.met ?? 1) : 1), 0))
  add()
  while (body.next_cursor) {
    const more = page.waitForResponse((one) => one.url().includes('cursor='))
    await page.getByRole('button', { name: '加载更多' }).click()
    body = (await (await more).json()) as typeof body
    add()
  }
  await page.getByRole('heading', { level: 1 }).waitFor()
  return total
}

const VIEWERS: readonly (readonly [string, Village])[] = [
  ['county_admin', HUAPING], ['village_official', HUAPING], ['township_officer', HUAPING], ['auditor', HUAPING], ['county_admin', GUQIAO], ['auditor', GUQIAO],
]

describe('the numbers of the cockpit', () => {
  it.each(VIEWERS)('are those of the lists behind them for a %s', async (role, village) => {
    const { page, context } = await Person.signedIn(browser, village.account(role))
    const area = role === 'auditor' ? village.tenant : village.account(role).split('.')[1]!
    const shown = await figures(page, area)
    expect(shown.length).toBeGreaterThan(9)
    const counted: Figure[] = []
    for (const one of shown) counted.push({ ...one, number: await listed(page, one) })
    expect(counted).toEqual(shown)
    await context.close()
  })

  it('stand on the list, too, and are taken away from it', async () => {
    const { page } = await Person.signedIn(browser, HUAPING.account('county_admin'))
    const [accepted] = (await figures(page, '421202')).filter((one) => one.name === '受理')
    await page.goto(accepted!.href)
    await page.getByText(/^受理 \d{4}-01-01—\d{4}-12-31/).waitFor()
    await look(page, 'counted-cases')
    await page.getByRole('button', { name: /受理 \d{4}/ }).click()
    await page.waitForURL((url) => !url.search.includes('counted'))
    const [meetings] = (await figures(page, '421202')).filter((one) => one.name === '议事会议')
    await page.goto(meetings!.href)
    await page.getByRole('columnheader', { name: '会议（次）' }).waitFor()
    await look(page, 'counted-meetings')
  })

  it('leave nothing to better on the way', nothingFound)
})
