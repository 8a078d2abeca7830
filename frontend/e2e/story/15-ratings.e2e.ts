/**
 * What follows a rating: a bad one is called back and put right, or appealed against and decided; many from one device are marked; what
 * nobody rated is counted beside it all.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import { decidedCase, rateByReceipt } from '../support/behind'
import { openBrowser } from '../support/browser'
import { openRow, readCase } from '../support/cases'
import { fill, reach, work } from '../support/keyboard'
import { HUAPING, Person } from '../support/people'
import { look, nothingFound } from '../support/screens'

// As many from one device within an hour are reported.
const IN_BULK = 5
let browser: Browser
let official: Person
beforeAll(async () => {
  browser = await openBrowser()
  official = await Person.signedIn(browser, HUAPING.account('village_official'))
})
afterAll(async () => browser?.close())

const panel = (page: Page): Locator => page.getByRole('dialog')

/** A decided case that was rated by its receipt, at any hour; returns its number. */
async function rated(level: string, device: string = crypto.randomUUID()): Promise<string> {
  const id = await decidedCase(HUAPING)
  await rateByReceipt(browser, HUAPING, id, level, device)
  return (await readCase(official, id)).number ?? ''
}
async function openRectification(page: Page, number: string): Promise<void> {
  await page.goto('/evaluations/rectifications')
  await openRow(page, number)
  await panel(page).getByText(number).waitFor()
}

describe('a bad rating', () => {
  let number = ''

  it('stands in the list of what is to be put right, with its day', async () => {
    number = await rated('非常不满意')
    const { page } = official
    await page.goto('/evaluations/rectifications')
    const row = page.getByRole('row').filter({ hasText: number })
    await row.getByText('待整改').waitFor()
    expect(await row.innerText()).toMatch(/还剩 \d+ 个工作日|今天到期/)
    await look(page, 'rectifications')
  })

  it('is called back and put right', async () => {
    const { page } = official
    await openRectification(page, number)
    await look(page, 'rectification')
    await work(page, panel(page).getByRole('button', { name: '已联系上' }))
    await panel(page).getByText('回访：已联系上').waitFor()
    await fill(page, panel(page).getByLabel('整改措施'), '已上门道歉，并把办理进度当面说明')
    await work(page, panel(page).getByRole('button', { name: '登记整改' }))
    await panel(page).getByText('整改：已上门道歉，并把办理进度当面说明').waitFor()
    await look(page, 'rectification-done', { only: 'desk' })
    await page.keyboard.press('Escape')
    await page.getByRole('row').filter({ hasText: number }).getByText('已整改').waitFor()
  })

  it('is appealed against by the window, and the township upholds it', async () => {
    const second = await rated('不满意')
    const clerk = await Person.signedIn(browser, HUAPING.account('clerk'))
    await openRectification(clerk.page, second)
    await fill(clerk.page, panel(clerk.page).getByLabel('申诉理由'), '材料当日已一次告知，系统中断由停电造成')
    await work(clerk.page, panel(clerk.page).getByRole('button', { name: '申诉', exact: true }))
    await panel(clerk.page).getByText(/· 申诉中/).waitFor()
    await clerk.leave()
    const judge = await Person.signedIn(browser, HUAPING.account('township_officer'))
    await openRectification(judge.page, second)
    await panel(judge.page).getByText('申诉：材料当日已一次告知，系统中断由停电造成').waitFor()
    await fill(judge.page, panel(judge.page).getByLabel('复核意见'), '停电记录属实，不计入')
    await look(judge.page, 'appeal', { only: 'desk' })
    await work(judge.page, panel(judge.page).getByRole('button', { name: '申诉成立' }))
    await panel(judge.page).getByText('复核意见：停电记录属实，不计入').waitFor()
    await judge.page.goto('/evaluations')
    await judge.page.getByRole('row').filter({ hasText: second }).or(judge.page.getByText('申诉成立，不计')).first().waitFor()
    await judge.leave()
  })
})

describe('many ratings from one device', () => {
  it('are marked where supervision looks', { timeout: 600_000 }, async () => {
    const device = crypto.randomUUID()
    for (let n = 0; n < IN_BULK; n += 1) await rated('非常满意', device)
    const supervisor = await Person.signedIn(browser, HUAPING.account('supervisor'))
    const { page } = supervisor
    await page.goto('/evaluations')
    await page.getByText('同一设备批量').first().waitFor()
    await look(page, 'ratings')
    const bulk = page.getByRole('radio', { name: '疑似代评' })
    await reach(page, page.getByRole('radio', { name: '全部评价' }))
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => bulk.isChecked()).toBe(true)
    await expect.poll(() => page.locator('tbody tr').count()).toBe(IN_BULK)
    await look(page, 'ratings-bulk')
    await supervisor.leave()
  })
})

describe('the figures', () => {
  it('count what nobody rated, and never as satisfied', async () => {
    const before = await totals()
    await decidedCase(HUAPING)
    const after = await totals()
    expect([after.decided - before.decided, after.unrated - before.unrated, after.rated - before.rated]).toEqual([1, 1, 0])
    expect(after.decided).toBe(after.rated + after.unrated)
    await look(official.page, 'rating-figures')
  })

  it('find nothing to better on the way', nothingFound)
})

async function totals(): Promise<{ decided: number; rated: number; unrated: number }> {
  const { page } = official
  await page.goto('/evaluations/figures')
  const row = page.getByRole('row').filter({ hasText: '合计' })
  await row.waitFor()
  const [decided, rated_, unrated] = (await row.getByRole('cell').allInnerTexts()).slice(1, 4).map(Number)
  return { decided: decided!, rated: rated_!, unrated: unrated! }
}
