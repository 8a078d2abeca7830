/**
 * A clerk's morning with twelve visitors: accepted, supplement, refused because somebody else issues it, withdrawn, by an agent, on a promise,
 * urgent, a certificate, only a question, at the wrong window, gone when called, and here for the second time. What other stories show on the
 * screen goes by the API here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { command, openCase, readCase, readPdf, send } from '../support/cases'
import { ELDER, accept, seat, takeWindow } from '../support/desk'
import { fill, reach, work } from '../support/keyboard'
import { readPaper } from '../support/papers'
import { HUAPING, Person } from '../support/people'
import { look, nothingFound, settled } from '../support/screens'

const RELIEF = '临时救助对象认定'
const DISASTER = '自然灾害生活救助'
const BANQUET = '农村集体聚餐（自办宴席）申报'
const WITHDRAWN = '家里商量好了，先不申请'
const NEED = { event: 'illness', reason: '住院自付较多', bank_account: '6217001234567890128' }
const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())
let browser: Browser
let clerk: Person
let page: Page
let day: Locator
let returning = ''

beforeAll(async () => {
  browser = await openBrowser()
  clerk = await Person.signedIn(browser, HUAPING.account('clerk'))
  page = clerk.page
  await page.waitForURL('**/workbench')
  day = page.getByRole('complementary', { name: '今日' })
  await takeWindow(page)
})
afterAll(async () => browser?.close())

/** A number from the kiosk, and F2 until somebody is called. */
async function called(priority = 'normal'): Promise<string> {
  await send(clerk, 'POST', '/tickets', { priority })
  const answered = page.waitForResponse((response) => response.url().endsWith('/call-next'))
  await page.keyboard.press('F2')
  const answer = await answered
  expect(answer.ok()).toBe(true)
  const { label } = ((await answer.json()) as { ticket: { label: string } }).ticket
  // The button may be there for the number before.
  await page.getByRole('banner').getByText(label, { exact: true }).waitFor()
  await day.getByRole('button', { name: '重呼' }).waitFor()
  return label
}
const state = async (id: string): Promise<string> => (await readCase(clerk, id)).state
async function atCounter(): Promise<void> {
  await page.goto('/workbench')
  await day.waitFor()
}

/** Takes a draft up again from its page. */
async function goOn(id: string, matter: string): Promise<void> {
  await page.goto(`/cases/${id}`)
  await work(page, page.getByRole('button', { name: /继续填写/ }))
  await page.waitForURL('**/workbench')
  await page.getByRole('region', { name: '办事' }).getByRole('heading', { level: 1, name: matter }).waitFor()
}

describe('a morning at the window', () => {
  it('1 · accepts what is complete', async () => {
    await called()
    const item = await openCase(clerk, RELIEF, '吴小满', NEED)
    expect((await command(clerk, item.id, 'accept')).state).toBe('accepted')
  })

  it('2 · says everything that is missing at once', async () => {
    await called()
    const item = await openCase(clerk, RELIEF, '孙立冬', NEED, ['income_statement', 'bank_card'])
    const moved = await command(clerk, item.id, 'supplement')
    const paper = moved.documents.find((one) => one.kind === 'supplement_notice')!
    expect(readPaper(await readPdf(clerk, paper.href)).text.replace(/\s/g, '')).toContain('需要补正下列全部内容')
    returning = item.id
  })

  it('3 · does not certify what somebody else certifies, and says on paper who does', async () => {
    await called()
    await seat(page, ELDER)
    await fill(page, page.getByRole('combobox', { name: '查找事项' }), '单身证明')
    await page.getByRole('option', { name: /婚姻状况证明/, selected: true }).waitFor()
    await page.keyboard.press('Enter')
    const refused = page.getByRole('note').filter({ hasText: '婚姻登记机关' })
    await refused.waitFor()
    await look(page, 'certificate-refused')
    const before = await clerk.printed()
    await work(page, refused.getByRole('button', { name: /打印告知单/ }))
    await refused.getByText(/告〔\d{4}〕\d{4}号/).waitFor()
    await expect.poll(() => clerk.printed()).toBe(before + 1)
    await look(page, 'certificate-refused-note', { only: 'desk' })
  })

  it('4 · lets an applicant take it back', async () => {
    await called()
    const item = await openCase(clerk, RELIEF, '郑谷雨', NEED)
    await command(clerk, item.id, 'accept')
    await page.goto(`/cases/${item.id}`)
    await work(page, page.getByRole('button', { name: '其他操作' }))
    await work(page, page.getByRole('menuitem', { name: '撤回' }))
    const dialog = page.getByRole('dialog')
    await fill(page, dialog.getByRole('textbox'), WITHDRAWN)
    await work(page, dialog.getByRole('button', { name: '撤回' }))
    await page.getByRole('listitem').filter({ hasText: WITHDRAWN }).waitFor()
    expect(await state(item.id)).toBe('withdrawn')
    expect(await page.getByRole('listitem').filter({ hasText: '开办草稿' }).count(), 'one line for one act').toBe(1)
    await look(page, 'case-withdrawn')
    await atCounter()
  })

  it('5 · serves somebody whose son comes for her', async () => {
    await called('elder')
    const item = await openCase(clerk, BANQUET, '董大雪')
    await goOn(item.id, BANQUET)
    await work(page, page.getByRole('button', { name: /由他人代办/ }))
    await fill(page, page.getByLabel('代办人姓名'), '董建国')
    await fill(page, page.getByLabel('与申请人关系'), '长子')
    await fill(page, page.getByLabel('代办人电话'), '13900004321')
    await look(page, 'case-agent', { only: 'desk' })
    await accept(page)
    expect(((await readCase(clerk, item.id)) as unknown as { agent: { relation: string } }).agent.relation).toBe('长子')
  })

  it('6 · accepts on a promise, which is a group of its day', async () => {
    await called()
    const item = await openCase(clerk, RELIEF, '钱白露', NEED, ['bank_card'])
    await send(clerk, 'PUT', `/cases/${item.id}/materials/bank_card`, { state: 'deferred', promise_date: today })
    await command(clerk, item.id, 'accept')
    await atCounter()
    const owed = day.locator('.group').filter({ hasText: '今日应补的容缺材料' })
    await owed.getByText('钱白露').waitFor()
    await owed.getByText(/今天到期/).waitFor()
    await look(page, 'workbench-promises')
  })

  it('7 · takes an urgent one by the shorter limit', async () => {
    await called()
    const item = await openCase(clerk, DISASTER, '李清明')
    await goOn(item.id, DISASTER)
    await work(page, page.getByRole('checkbox', { name: '一路绿灯' }), 'Space')
    await expect.poll(async () => ((await readCase(clerk, item.id)) as unknown as { limit: { green: boolean } }).limit.green).toBe(true)
    await accept(page)
    await page.getByText(/还剩 1 个工作日/).first().waitFor()
    await look(page, 'case-urgent', { only: 'desk' })
  })

  it('8 · begins a certificate', async () => {
    await called()
    const item = await openCase(clerk, '居住情况证明', '何芒种')
    expect((await command(clerk, item.id, 'accept')).state).toBe('accepted')
  })

  it('9 · answers a question without opening anything', async () => {
    await called()
    const before = ((await (await clerk.api('GET', '/api/desk/v1/cases?limit=1')).json()) as { items: { id: string }[] }).items[0]!.id
    await page.goto('/matters')
    await fill(page, page.getByRole('searchbox', { name: '查找事项' }), RELIEF)
    await work(page, page.getByRole('link', { name: RELIEF }))
    await page.getByRole('heading', { level: 1, name: RELIEF }).waitFor()
    await atCounter()
    const after = ((await (await clerk.api('GET', '/api/desk/v1/cases?limit=1')).json()) as { items: { id: string }[] }).items[0]!.id
    expect(after).toBe(before)
  })

  it('10 · sends on whoever is at the wrong window, before those who wait', async () => {
    const label = await called()
    await work(page, day.getByRole('button', { name: '转到' }))
    const to = (await day.getByRole('menuitem').first().innerText()).trim()
    await work(page, day.getByRole('menuitem').first())
    await day.getByRole('button', { name: '重呼' }).waitFor({ state: 'hidden' })
    const { items } = (await (await clerk.api('GET', '/api/desk/v1/windows')).json()) as { items: { id: string; name: string }[] }
    const other = items.find((one) => one.name === to)!
    // Only those who were sent on earlier go before.
    const labels: string[] = []
    while (!labels.includes(label) && labels.length < 3) labels.push((await send<{ ticket: { label: string } }>(clerk, 'POST', `/windows/${other.id}/call-next`)).ticket.label)
    expect(labels.at(-1)).toBe(label)
    // Nobody stays in hand there: the next call is at this window.
    await send(clerk, 'POST', `/windows/${other.id}/skip`)
  })

  it('11 · passes over who does not come, and takes them back when they do', async () => {
    await called()
    await work(page, day.getByRole('button', { name: '过号' }))
    await day.getByRole('button', { name: '重呼' }).waitFor({ state: 'hidden' })
    await page.goto('/queue')
    await work(page, page.getByRole('button', { name: '重新排入' }).first())
    await page.getByText(/已重新排入/).waitFor()
    await look(page, 'queue-after-a-skip')
    await atCounter()
  })

  it('12 · goes on with what was begun when somebody comes again', async () => {
    await called()
    await page.goto(`/cases/${returning}`)
    await page.getByRole('heading', { level: 1, name: RELIEF }).waitFor()
    const { missing } = (await (await clerk.api('GET', `/api/desk/v1/cases/${returning}`)).json()) as { missing: string[] }
    for (const id of missing) await send(clerk, 'PUT', `/cases/${returning}/materials/${id}`, { state: 'original_checked' })
    await page.reload()
    await work(page, page.getByRole('button', { name: /^补正已到齐/ }))
    await work(page, page.getByRole('button', { name: /^受理/ }))
    await expect.poll(() => state(returning)).toBe('accepted')
    await look(page, 'case-second-visit')
  })

  it('hears from the bell exactly what the page of notices lists as unread', async () => {
    await page.goto('/notices')
    await page.getByRole('heading', { level: 1, name: '通知' }).waitFor()
    const bell = page.getByRole('banner').getByRole('button', { name: '提醒' })
    // What the morning's cases bring may still be on its way: all three are read anew until they agree.
    await expect
      .poll(async () => {
        await page.reload()
        await reach(page, page.getByRole('radio', { name: '全部' }))
        await page.keyboard.press('ArrowRight')
        await settled(page)
        const { count } = (await (await clerk.api('GET', '/api/desk/v1/notices/unread')).json()) as { count: number }
        const rung = Number((await bell.innerText()).match(/\d+/)?.[0] ?? 0)
        return [rung - count, (await page.getByRole('row').filter({ hasText: '未读' }).count()) - count]
      })
      .toEqual([0, 0])
    await page.getByRole('navigation', { name: '今日待办' }).getByText('今日应补的容缺材料').waitFor()
    await look(page, 'notices-and-work')
  })

  it('ends with the day’s report', async () => {
    await page.goto('/queue/report')
    await page.getByRole('table').first().waitFor()
    await look(page, 'queue-report')
  })

  it('finds nothing to better on the way', nothingFound)
})
