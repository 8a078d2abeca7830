/**
 * A whistle, from a resident's phone until it is rated: the village checks, the township whistles, the department answers, the whistler closes.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { fill, reach, work } from '../support/keyboard'
import { HUAPING, Person, officerOf, phone } from '../support/people'
import { look, nothingFound } from '../support/screens'

const TROUBLE = '小学门口的变压器冒火花，响了一整夜'
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64')
let browser: Browser
let address = ''
let id = ''

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(async () => browser?.close())

/** Opens the whistle in the browser of somebody at work, lets them act, and closes it. */
async function at(role: string, act: (person: Person) => Promise<void>): Promise<void> {
  const person = await Person.signedIn(browser, HUAPING.account(role))
  await person.page.goto(`/whistles/${id}`)
  await person.page.getByText(TROUBLE).first().waitFor()
  await act(person)
  await person.leave()
}
const state = async (person: Person): Promise<string> => ((await (await person.api('GET', `/api/desk/v1/whistles/${id}`)).json()) as { state: string }).state

describe('a whistle', () => {
  it('begins on a phone with a picture and a place', async () => {
    const page = await phone(browser)
    await page.goto(`/whistle?village=${HUAPING.division}`)
    await page.getByLabel('什么问题').selectOption({ label: '供电照明' })
    await page.getByRole('button', { name: '提交' }).click()
    await page.getByText('至少写 5 个字').waitFor()
    await look(page, 'whistle-faults', { only: 'phone' })
    await page.getByLabel('问题描述').fill(TROUBLE)
    await page.getByLabel('地点').fill('三组 12 号旁')
    await page.locator('input[type=file]').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: PICTURE })
    await page.getByLabel('您的姓名').fill('周小兰')
    await page.getByLabel('手机号').fill('13900005678')
    await look(page, 'whistle-report', { only: 'phone' })
    await page.getByRole('button', { name: '提交' }).click()
    await page.waitForURL('**/v/w/*')
    await page.getByText('已收到').waitFor()
    expect(await page.locator('body').innerText()).not.toContain('周小兰')
    await look(page, 'whistle-received', { only: 'phone' })
    address = new URL(page.url()).pathname
    await page.locator('input[type=file]').setInputFiles({ name: 'b.png', mimeType: 'image/png', buffer: PICTURE })
    await page.getByText('2 张照片').waitFor()
    await page.context().close()
  })

  it('is offered to the next resident, who joins', async () => {
    const page = await phone(browser)
    await page.goto(`/whistle?village=${HUAPING.division}`)
    await page.getByLabel('什么问题').selectOption({ label: '供电照明' })
    await page.getByLabel('问题描述').fill('小学门口变压器冒火花，响了一整夜没人管')
    await page.getByLabel('地点').fill('三组')
    await page.getByLabel('您的姓名').fill('吴桂花')
    await page.getByLabel('手机号').fill('13900005679')
    await page.getByRole('button', { name: '提交' }).click()
    await page.getByRole('heading', { name: '已有人反映过类似的问题' }).waitFor()
    expect(await page.locator('body').innerText()).not.toContain(TROUBLE)
    await look(page, 'whistle-similar', { only: 'phone' })
    await page.getByRole('button', { name: '是同一件事，加入' }).first().click()
    await page.getByText('已加入').waitFor()
    await page.context().close()
  })

  it('is checked by the village, by keys alone', async () => {
    const clerk = await Person.signedIn(browser, HUAPING.account('clerk'))
    await clerk.page.goto('/whistles')
    await clerk.page.getByText(TROUBLE).first().waitFor()
    await look(clerk.page, 'whistles')
    const { items } = (await (await clerk.api('GET', '/api/desk/v1/whistles?state=reported')).json()) as { items: { id: string; reports: number }[] }
    id = items.find((one) => one.reports === 2)!.id
    await clerk.page.goto(`/whistles/${id}`)
    await work(clerk.page, clerk.page.getByRole('button', { name: /^核实属实/ }))
    await expect.poll(() => state(clerk)).toBe('called')
    await clerk.leave()
  })

  it('is whistled by the township for the lead and one that assists', async () => {
    await at('township_officer', async (officer) => {
      const { page } = officer
      await work(page, page.getByRole('checkbox', { name: '民政局 牵头' }), 'Space')
      await work(page, page.getByRole('checkbox', { name: '水利局 配合' }), 'Space')
      await look(page, 'whistle-departments')
      await work(page, page.getByRole('button', { name: /^吹哨/ }))
      await expect.poll(() => state(officer)).toBe('whistled')
    })
  })

  it('is reported in and answered on the department’s own screen, by the lead after those who assist', async () => {
    const water = await officerOf(HUAPING, '水利局')
    const assist = async (command: string, body: unknown): Promise<void> => {
      const { version } = (await (await water('GET', `/api/desk/v1/whistles/${id}`)).json()) as { version: number }
      const answer = await water('POST', `/api/desk/v1/whistles/${id}/${command}`, body, version)
      expect(answer.ok, await answer.clone().text()).toBe(true)
    }
    await at('department_officer', async (officer) => {
      const { page } = officer
      await work(page, page.getByRole('button', { name: /^报到/ }))
      await expect.poll(() => state(officer)).toBe('handling')
      await fill(page, page.getByLabel(/^答复/), '已送水上门，并接通水管')
      await look(page, 'whistle-answer')
      await work(page, page.getByRole('button', { name: /^提交答复/ }))
      await page.getByText('牵头部门最后办结').first().waitFor()
      await assist('report-in', {})
      await assist('solve', { answer: '已检修井盖和水泵' })
      await page.reload()
      await fill(page, page.getByLabel(/^答复/), '已送水上门，并接通水管')
      await work(page, page.getByRole('button', { name: /^提交答复/ }))
      await expect.poll(() => state(officer)).toBe('solved')
    })
  })

  it('is closed by the whistler', async () => {
    await at('township_officer', async (officer) => {
      const { page } = officer
      await work(page, page.getByRole('button', { name: /^销哨/ }))
      await work(page, page.getByRole('dialog').getByRole('button', { name: '销哨' }))
      await expect.poll(() => state(officer)).toBe('closed')
      await page.goto('/whistles/league')
      await page.getByRole('table').getByText('民政局').waitFor()
      await look(page, 'whistle-league')
    })
  })

  it('is rated once by the resident, who reads the answer', async () => {
    const page = await phone(browser)
    await page.goto(address)
    await page.getByText('已送水上门，并接通水管').waitFor()
    await page.getByRole('radio', { name: '非常满意' }).check()
    await reach(page, page.getByRole('button', { name: '提交评价' }))
    await page.keyboard.press('Enter')
    await page.getByText('谢谢您的评价').waitFor()
    await page.reload()
    await page.getByText('已评价过').waitFor()
    await look(page, 'whistle-rated', { only: 'phone' })
    await page.context().close()
  })

  it('finds nothing to better on the way', nothingFound)
})
