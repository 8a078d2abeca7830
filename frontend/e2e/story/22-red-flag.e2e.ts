/**
 * A red flag from its evidence to its finding: an auditor sees who decided for whose relative, asks, and ends it; a rule is tried on the
 * past; and the county lets its residents see, one step at a time, what became of it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { fill, work } from '../support/keyboard'
import { HUAPING, Person, phone } from '../support/people'
import { look, nothingFound } from '../support/screens'

const RULE = '为亲属审批'
const CONFIRMED = '户籍显示当事人是审批人的父亲，本人确认没有回避。'
const FINDING = '责成由他人重新审批，审批人书面说明。'

let browser: Browser
let auditor: Person
let villager: Page

beforeAll(async () => {
  browser = await openBrowser()
  auditor = await Person.signedIn(browser, HUAPING.account('auditor'))
  villager = await phone(browser)
})
afterAll(async () => browser?.close())

/** Takes a step, with its words where it asks for some; the flag's answer is there when it returns. */
async function step(page: Page, name: string, words: string, then: string): Promise<void> {
  await work(page, page.getByRole('button', { name, exact: true }))
  const dialog = page.getByRole('dialog')
  if (words) await fill(page, dialog.getByRole('textbox'), words)
  await work(page, dialog.getByRole('button', { name, exact: true }))
  await page.getByText(then).first().waitFor()
}

describe('a red flag', () => {
  it('shows its evidence and by which path somebody is a relative', async () => {
    const { page } = auditor
    await page.goto(`/flags?division=${HUAPING.division}&rule=relative_of_approver`)
    await page.getByRole('row', { name: new RegExp(RULE) }).first().waitFor()
    await look(page, 'flags', { axe: 'desk' })
    await work(page, page.getByRole('row', { name: new RegExp(RULE) }).getByRole('link', { name: RULE }))
    await page.getByRole('heading', { name: '账本里的依据' }).waitFor()
    await page.locator('.facts').getByText('父母').waitFor()
    await page.getByRole('main').locator('ol.line > li').filter({ hasText: '作出决定' }).first().waitFor()
    await look(page, 'flag')
  })

  it('can be given to somebody else, but not to whom it is about', async () => {
    const { page } = auditor
    await work(page, page.getByRole('button', { name: '交给他人', exact: true }))
    const panel = page.getByRole('dialog')
    await panel.getByLabel(/^交给谁/).locator('option').first().waitFor({ state: 'attached' })
    await look(page, 'flag-assign')
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
  })

  it('is taken over, confirmed, and ended with a finding', async () => {
    const { page } = auditor
    await step(page, '接手', '', '处理人：')
    await step(page, '确认有问题', CONFIRMED, CONFIRMED)
    await step(page, '写结论并办结', FINDING, '已有结论，不再变更。')
    await page.getByText(FINDING).waitFor()
    await look(page, 'flag-ended', { axe: 'desk' })
  })

  it('comes from a rule that is tried on the past before anybody changes it', async () => {
    const { page } = auditor
    await page.goto('/flags/rules')
    await work(page, page.getByRole('button', { name: /阈值与回测\s*非工作时间办理/ }))
    await work(page, page.getByRole('button', { name: '回测', exact: true }))
    await page.getByText(/会提醒 \d+ 条/).waitFor()
    await look(page, 'flag-back-test', { axe: 'desk' })
  })
})

describe('what residents see of it', () => {
  it('is nothing until the county opens it step by step', async () => {
    await villager.goto(`/findings?division=${HUAPING.division}`)
    await villager.getByText('这个县（市、区）还没有公布监督预警').waitFor()
    const county = await Person.signedIn(browser, HUAPING.account('county_admin'))
    await county.page.goto('/publishing')
    const steps = county.page.getByRole('region', { name: '居民看到多少监督预警' })
    await steps.getByText('先公布上一步').waitFor()
    for (const wanted of ['只公布条数', '公布已办结的结论']) {
      await work(county.page, steps.getByRole('button', { name: new RegExp(`公布\\s*${wanted}`) }))
      await work(county.page, county.page.getByRole('dialog').getByRole('button', { name: '公布', exact: true }))
      await steps.locator('li[aria-current=step]').filter({ hasText: wanted }).waitFor()
    }
    await look(county.page, 'county-settings', { axe: 'desk' })
    await county.leave()
  })

  it('then is the rule, the month and the finding, and nobody', async () => {
    await villager.goto(`/disclosures?division=${HUAPING.division}`)
    await villager.getByRole('link', { name: '本村监督预警' }).click()
    await villager.getByRole('heading', { name: '已办结的' }).waitFor()
    const finding = villager.getByRole('listitem').filter({ hasText: RULE }).filter({ hasText: '发生' })
    await finding.getByText('确认有问题').waitFor()
    expect(await villager.getByRole('main').innerText()).not.toContain(FINDING)
    await look(villager, 'public-findings', { only: 'phone' })
    await auditor.page.goto(`/findings?division=${HUAPING.division}`)
    await auditor.page.getByRole('heading', { name: '已办结的' }).waitFor()
    await look(auditor.page, 'public-findings', { only: 'desk' })
  })

  it('finds nothing to better on the way', nothingFound)
})
