/**
 * An auditor who works in one county of a prefecture goes from its cockpit into another: county, township, village, the list behind a
 * figure and the record itself, to be read and never changed.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { work } from '../support/keyboard'
import { HUAPING, Person } from '../support/people'
import { look, nothingFound } from '../support/screens'

const BAND = /正在查看咸安区的记录/
const WAY = [['咸宁市', '咸安区'], ['咸安区', '贺胜桥镇'], ['贺胜桥镇', '花坪村']] as const

let browser: Browser
let page: Page

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(async () => browser?.close())

const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name })
const cockpit = (place: string): Promise<void> => heading(`${place}治理驾驶舱`).waitFor()

const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')

/** Moves on the map with the arrow keys, as somebody does who sees where the place lies, until its name is said. */
async function walk(to: string): Promise<void> {
  const places = page.locator('.land svg a')
  const there = page.locator(`.land svg a[aria-label^="${to} "]`)
  await there.waitFor()
  await page.locator('.land svg a[tabindex="0"]').focus()
  const middle = await there.evaluate((one) => one.getBoundingClientRect().toJSON() as DOMRect)
  for (let step = 0; step <= (await places.count()) && !(await focused()).startsWith(`${to} `); step += 1) {
    const here = await page.evaluate(() => document.activeElement!.getBoundingClientRect().toJSON() as DOMRect)
    const [x, y] = [middle.x + middle.width / 2 - here.x - here.width / 2, middle.y + middle.height / 2 - here.y - here.height / 2]
    await page.keyboard.press(Math.abs(x) > Math.abs(y) ? (x > 0 ? 'ArrowRight' : 'ArrowLeft') : y > 0 ? 'ArrowDown' : 'ArrowUp')
  }
  expect(await focused()).toMatch(new RegExp(`^${to} [\\d,]+，登记人口$`))
}

/** From the village's cockpit to the list behind a figure. */
async function records(figure: string): Promise<void> {
  await page.goto(`/cockpit?division=${HUAPING.division}`)
  await cockpit('花坪村')
  await work(page, page.getByRole('link', { name: `${figure}的记录`, exact: true }))
  await page.getByText(BAND).waitFor()
  await page.getByRole('row').nth(1).waitFor()
}

/** Opens the first record of the list in view. */
async function first(): Promise<void> {
  await work(page, page.getByRole('row').nth(1).getByRole('link').first())
  await page.waitForURL(/county=421202/)
  await page.getByText(BAND).waitFor()
}

describe('an auditor of a prefecture at work in one of its counties', () => {
  it('works in another county of it', async () => {
    page = (await Person.signedIn(browser, HUAPING.account('auditor'))).page
    await page.getByRole('heading', { level: 1 }).waitFor()
    await work(page, page.getByRole('button', { name: /徐正清/ }).first())
    await work(page, page.getByRole('menuitemradio', { name: /嘉鱼县/ }))
    await page.getByRole('button', { name: /嘉鱼县/ }).waitFor()
  })

  it('goes from the prefecture down to the village, on the map by keys alone', async () => {
    await page.goto('/cockpit?measure=residents')
    for (const [from, to] of WAY) {
      await cockpit(from)
      if (from === '咸宁市') expect(await page.getByRole('link', { name: '在办的记录', exact: true }).count()).toBe(0)
      await walk(to)
      if (from === '咸安区') await look(page, 'cockpit-map')
      await page.keyboard.press('Enter')
    }
    await cockpit('花坪村')
    expect(await page.locator('.board .figure').filter({ hasText: '已公开' }).innerText()).not.toMatch(/\b0$/)
  })

  it('keeps the map as a picture that stands alone', async () => {
    await page.goto('/cockpit?division=421202&measure=residents')
    await page.locator('.land svg').waitFor()
    for (const [kind, mark] of [['PNG', '89504e47'], ['SVG', Buffer.from('<svg').toString('hex')]] as const) {
      const [kept] = await Promise.all([page.waitForEvent('download'), work(page, page.getByRole('button', { name: new RegExp(`^图片 ${kind}`) }))])
      expect(kept.suggestedFilename()).toMatch(new RegExp(`^咸安区 登记人口 .*\\.${kind.toLowerCase()}$`))
      const bytes = readFileSync(await kept.path())
      expect(bytes.subarray(0, 4).toString('hex')).toBe(mark)
      if (kind === 'SVG') expect(bytes.toString()).toContain('贺胜桥镇')
    }
  })

  it('reads what the village published', async () => {
    await records('已公开')
    await look(page, 'drill-down-list')
    await first()
    await page.locator('.page-head').getByRole('heading').waitFor()
    expect(await page.getByRole('button', { name: '撤回' }).count()).toBe(0)
  })

  it('follows the course of a case without its people', async () => {
    await records('受理')
    await first()
    await page.getByText('不向审计人员显示').waitFor()
    expect(await page.locator('.page .who b').innerText()).toMatch(/^.{1,2}\*$/)
    await look(page, 'drill-down-case')
  })

  it('reads a flag, its evidence proven in the log of its own county', async () => {
    await records('未结红旗')
    await first()
    await work(page, page.getByRole('button', { name: /^验算/ }).first())
    await page.getByText('这一条确在账本中，未被改动。').waitFor()
    expect(await page.getByRole('button', { name: '接手' }).count()).toBe(0)
  })

  it('finds nothing to better on the way', nothingFound)
})
