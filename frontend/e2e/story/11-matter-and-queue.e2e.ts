/**
 * The next version of a matter, from the department's draft until a case is opened with it; and a number from the phone until it is called.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { fill, work } from '../support/keyboard'
import { HUAPING, Person, phone } from '../support/people'
import { look, nothingFound } from '../support/screens'

const MATTER = '困难老年人家庭适老化改造'
const WHOLE = '特殊困难老年人家庭适老化改造申请'
const FIELD = '希望施工的时间'
let browser: Browser
let matter = ''
let draft = ''

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(async () => browser?.close())

describe('the next version of a matter', () => {
  it('is written by its department, by keys alone, with the form beside it', async () => {
    const writer = await Person.signedIn(browser, HUAPING.account('department_officer'))
    const { page } = writer
    await page.goto('/matters')
    await look(page, 'matters')
    await fill(page, page.getByRole('searchbox', { name: '查找事项' }), MATTER)
    await work(page, page.getByRole('link', { name: WHOLE }))
    await work(page, page.getByRole('button', { name: '起草新版本' }))
    await page.waitForURL('**/matters/drafts/*')
    ;[draft] = new URL(page.url()).pathname.split('/').slice(-1) as [string]
    await work(page, page.getByRole('button', { name: '添加字段' }))
    await work(page, page.getByRole('menuitem', { name: '单选' }))
    await fill(page, page.getByLabel('标题'), FIELD)
    await fill(page, page.getByLabel('选项 1', { exact: true }), '春季')
    await fill(page, page.getByLabel('选项 2', { exact: true }), '秋季')
    await work(page, page.getByRole('checkbox', { name: '必要' }), 'Space')
    const preview = page.getByRole('region', { name: '预览' })
    await preview.getByText(FIELD).waitFor()
    await preview.getByText('春季').waitFor()
    await look(page, 'matter-builder')
    await page.keyboard.press('Control+z')
    await preview.getByText('*').first().waitFor()
    await page.keyboard.press('Control+y')
    await page.getByText('已保存').waitFor()
    for (const part of ['基本信息', '材料', '环节', '时限与收费']) {
      await work(page, page.getByRole('tab', { name: part }))
      await look(page, `matter-draft-${part}`)
    }
    await fill(page, page.getByLabel('本次改了什么（给审核人看）'), '增加施工时间')
    await page.getByText('已保存').waitFor()
    await work(page, page.getByRole('button', { name: '提交审核' }))
    await page.getByText('由其他人审核发布').waitFor()
    await writer.leave()
  })

  it('is compared and published by somebody else', async () => {
    const county = await Person.signedIn(browser, HUAPING.account('county_admin'))
    const { page } = county
    await page.goto('/matters/drafts')
    await page.getByRole('link', { name: WHOLE }).waitFor()
    await look(page, 'matter-drafts')
    await page.goto(`/matters/drafts/${draft}/compare`)
    await page.getByRole('row', { name: new RegExp(FIELD) }).waitFor()
    await look(page, 'matter-compare')
    await page.goto(`/matters/drafts/${draft}`)
    await work(page, page.getByRole('button', { name: '审核发布' }))
    await work(page, page.getByRole('dialog').getByRole('button', { name: '审核发布' }))
    await page.waitForURL((url) => /^\/matters\/(?!drafts)/.test(url.pathname))
    matter = new URL(page.url()).pathname.split('/').at(-1)!
    await page.getByText('增加施工时间').waitFor()
    await look(page, 'matter-published')
    await county.leave()
  })

  it('is what the next case is opened with', async () => {
    const clerk = await Person.signedIn(browser, HUAPING.account('clerk'))
    const opened = await clerk.api('POST', '/api/desk/v1/cases', { matter_id: matter, applicant: { name: '张阿婆' } })
    const { id } = (await opened.json()) as { id: string }
    await clerk.page.goto(`/cases/${id}`)
    await clerk.page.getByText(FIELD).waitFor()
    await clerk.leave()
  })
})

describe('a number', () => {
  it('is taken by phone, called by a key at the window, and spoken of on the board', async () => {
    const resident = await phone(browser)
    await resident.goto(`/queue/take/${HUAPING.division}`)
    await resident.getByRole('button', { name: '老年人' }).click()
    await look(resident, 'queue-phone', { only: 'phone' })
    await resident.getByRole('button', { name: '取号', exact: true }).click()
    await resident.waitForURL('**/queue/t/*')
    const label = await resident.getByRole('heading', { level: 1, name: /^Y\d{3}$/ }).innerText()
    await look(resident, 'queue-mine', { only: 'phone' })

    const clerk = await Person.signedIn(browser, HUAPING.account('clerk'))
    await clerk.page.goto('/queue')
    await clerk.page.getByText(label).first().waitFor()
    await look(clerk.page, 'queue')
    for (let called = ''; called !== label; ) {
      const answered = clerk.page.waitForResponse((response) => response.url().endsWith('/call-next'))
      await work(clerk.page, clerk.page.getByRole('button', { name: '下一位' }).last())
      expect((await answered).ok()).toBe(true)
      const { items } = (await (await clerk.api('GET', '/api/desk/v1/windows')).json()) as { items: { ticket: { label: string } | null }[] }
      called = items.find((one) => one.ticket?.label === label)?.ticket?.label ?? ''
    }
    await resident.getByText(/^请到 \d 号窗口$/).waitFor()
    await look(resident, 'queue-called', { only: 'phone' })
    await clerk.page.goto(`/board/${HUAPING.division}`)
    await clerk.page.getByText(label).first().waitFor()
    await look(clerk.page, 'board')
    await clerk.page.goto('/queue/report')
    await clerk.page.getByText('按窗口').waitFor()
    await look(clerk.page, 'queue-report')
    await clerk.page.goto('/queue/kiosk')
    await clerk.page.getByRole('button', { name: '取号', exact: true }).waitFor()
    await look(clerk.page, 'kiosk')
    await clerk.leave()
    await resident.context().close()
  })

  it('finds nothing to better on the way', nothingFound)
})
