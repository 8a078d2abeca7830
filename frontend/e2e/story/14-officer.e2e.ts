/**
 * A department officer's afternoon: what came in, a step beside other offices' steps, one sent back, one decided, and several passed at once.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { command, openCase, openRow, readCase, type Case } from '../support/cases'
import { fill, work } from '../support/keyboard'
import { HUAPING, Person } from '../support/people'
import { look, nothingFound } from '../support/screens'

const HOUSE = '农村危房改造申请'
const HOME = '特殊困难老年人家庭适老化改造申请'
const MINIMUM = '最低生活保障对象认定'
const RETURNED = '家庭收入与村级核实不一致，请再核'
let browser: Browser
let clerk: Person
let village: Person
let officer: Person
let page: Page
let house: Case
const means: Case[] = []

/** Accepted at the window and checked by the village: the departments' turn. */
async function forward(matter: string, name: string, form: Record<string, unknown> = {}): Promise<Case> {
  const item = await openCase(clerk, matter, name, form)
  await command(clerk, item.id, 'accept')
  await command(village, item.id, 'steps/village_check/complete')
  return readCase(clerk, item.id)
}
const step = async (id: string, key: string): Promise<string | undefined> => (await readCase(clerk, id)).steps.find((one) => one.key === key)?.state

beforeAll(async () => {
  browser = await openBrowser()
  clerk = await Person.signedIn(browser, HUAPING.account('clerk'))
  village = await Person.signedIn(browser, HUAPING.account('village_official'))
  house = await forward(HOUSE, '石阿婆')
  for (const name of ['石春分', '石夏至', '石秋分']) means.push(await forward(MINIMUM, name))
  officer = await Person.signedIn(browser, HUAPING.account('department_officer'))
  page = officer.page
})
afterAll(async () => browser?.close())

describe('an afternoon in the department', () => {
  it('begins with what waits for the department', async () => {
    await page.goto('/cases')
    await page.getByRole('row').filter({ hasText: '石阿婆' }).first().waitFor()
    await look(page, 'officer-inbox')
  })

  it('passes the own step while two other offices work on theirs', async () => {
    await openRow(page, '石阿婆')
    await page.waitForURL(`**/cases/${house.id}`)
    await page.getByRole('complementary').getByText('低收入身份比对').waitFor()
    await look(page, 'officer-parallel')
    await work(page, page.getByRole('button', { name: /^通过本环节/ }))
    await expect.poll(() => step(house.id, 'means')).toBe('done')
    expect([await step(house.id, 'safety'), await step(house.id, 'township_check')]).toEqual(['ready', 'ready'])
    await page.getByRole('button', { name: /^通过本环节/ }).waitFor({ state: 'hidden' })
  })

  it('sends one back to the village with a reason', async () => {
    await page.goto(`/cases/${means[0]!.id}`)
    await work(page, page.getByRole('button', { name: '退回上一环节' }))
    const dialog = page.getByRole('dialog')
    await fill(page, dialog.getByRole('textbox'), RETURNED)
    await work(page, dialog.getByRole('button', { name: '退回上一环节' }))
    await page.getByRole('listitem').filter({ hasText: RETURNED }).waitFor()
    expect(await step(means[0]!.id, 'village_check')).toBe('ready')
    await look(page, 'officer-returned', { only: 'desk' })
  })

  it('passes several at once, and is told of each', async () => {
    await page.goto('/cases')
    for (const item of means.slice(1)) {
      const row = page.getByRole('row').filter({ hasText: item.number! })
      await row.waitFor()
      await work(page, row.getByRole('checkbox'), 'Space')
    }
    await work(page, page.getByRole('button', { name: /^通过本环节/ }))
    const dialog = page.getByRole('dialog')
    await dialog.getByText('石夏至').waitFor()
    await work(page, dialog.getByRole('button', { name: /^通过本环节/ }))
    for (const item of means.slice(1)) await expect.poll(() => step(item.id, 'department_check')).toBe('done')
    await look(page, 'officer-batch')
  })

  it('decides what the village has checked, on paper', async () => {
    const item = await forward(HOME, '石冬至')
    await page.goto('/cases')
    await openRow(page, '石冬至')
    await page.waitForURL(`**/cases/${item.id}`)
    await page.getByText('县级部门审批').first().waitFor()
    await work(page, page.getByRole('button', { name: /^同意/ }))
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await work(page, dialog.getByRole('button', { name: /^同意/ }))
    await expect.poll(async () => (await readCase(officer, item.id)).state).toBe('decided')
    await page.getByText('办理决定书').first().waitFor()
    await look(page, 'officer-decided')
  })

  it('finds nothing to better on the way', nothingFound)
})
