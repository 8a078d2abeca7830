/** The power fails while a form is being typed: what the desk had not got yet is back afterwards, and no number lies open on the disk. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page, Route } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { ALLOWANCE, BANK_CARD, CERTIFICATE, begin, seat } from '../support/desk'
import { fill, work } from '../support/keyboard'
import { HUAPING, Person } from '../support/people'

const DRAFTS = 'linli-drafts'
let browser: Browser
let clerk: Person
beforeAll(async () => {
  browser = await openBrowser()
  clerk = await Person.signedIn(browser, HUAPING.account('clerk'))
})
afterAll(async () => browser?.close())

describe('a power cut at the counter', () => {
  it('takes the page away while the network is down', async () => {
    const { page } = clerk
    await seat(page, '张桂兰')
    await begin(page, ALLOWANCE)
    const masked = page.getByRole('button', { name: /更改 银行卡|修改 银行卡/ })
    if (await masked.isVisible()) await work(page, masked)
    await clerk.context.setOffline(true)
    await fill(page, page.getByRole('textbox', { name: /银行卡/ }), BANK_CARD)
    await expect.poll(() => kept(page)).toHaveLength(1)
    expect(await onTheDisk(page), 'a number in clear').not.toContain(BANK_CARD.slice(0, 6))
    await page.close({ runBeforeUnload: false })
    await clerk.context.setOffline(false)
  })

  it('brings back the draft and what was typed, and the desk gets it', async () => {
    const page = await clerk.context.newPage()
    await page.goto('/workbench')
    await page.getByText('已找回上次没来得及保存的内容').waitFor()
    await page.getByRole('heading', { level: 1, name: ALLOWANCE }).waitFor()
    await page.getByRole('region', { name: '来人' }).getByRole('heading', { name: /张桂兰/ }).waitFor()
    expect(await page.getByRole('textbox', { name: /银行卡/ }).inputValue()).toBe(BANK_CARD)
    await page.getByText('草稿已保存').waitFor()
  })

  it('begins the next case without a network, and the desk has it when the network is back', async () => {
    const page = clerk.context.pages().at(-1)!
    await expect.poll(() => page.evaluate(mattersRead)).toBeGreaterThanOrEqual(5)
    await page.keyboard.press('Escape')
    const offered = page.getByRole('group', { name: '常办' }).getByRole('button', { name: CERTIFICATE })
    await offered.waitFor()
    await clerk.context.setOffline(true)
    await work(page, offered)
    await page.getByText('网络断开，草稿存在本机').waitFor()
    await fill(page, page.getByRole('textbox', { name: /证明用途/ }), '子女入学')
    await clerk.context.setOffline(false)
    await page.getByText('草稿已保存').waitFor()
    await page.getByRole('button', { name: /^一次告知/, disabled: false }).waitFor()
    expect(await page.getByRole('textbox', { name: /证明用途/ }).inputValue()).toBe('子女入学')
  })

  it('shows what the desk refused of a case begun without a network, until the clerk discards it', async () => {
    const page = clerk.context.pages().at(-1)!
    await page.keyboard.press('Escape')
    const offered = page.getByRole('group', { name: '常办' }).getByRole('button').nth(3)
    await offered.waitFor()
    await clerk.context.setOffline(true)
    await work(page, offered)
    await page.getByText('网络断开，草稿存在本机').waitFor()
    await page.route('**/api/desk/v1/cases', refuse)
    await clerk.context.setOffline(false)
    await page.keyboard.press('Escape')
    await page.getByText('1 件断网时填写的草稿未能登记').waitFor()
    await work(page, page.getByRole('button', { name: '查看并改正' }))
    const panel = page.getByRole('dialog', { name: '未能登记的草稿' })
    await panel.getByText('号码有误').waitFor()
    expect(await panel.getByRole('listitem').textContent()).toContain('联系电话')
    await work(page, panel.getByRole('button', { name: '放弃' }))
    await work(page, page.getByRole('dialog', { name: /^放弃/ }).getByRole('button', { name: '放弃' }))
    await panel.waitFor({ state: 'hidden' })
    await page.unroute('**/api/desk/v1/cases', refuse)
    expect(await page.getByText('草稿未能登记').isVisible()).toBe(false)
  })

  it('leaves nothing in the browser when the clerk signs out', async () => {
    const page = clerk.context.pages().at(-1)!
    await work(page, page.getByRole('button', { name: '我的' }))
    await work(page, page.getByRole('menuitem', { name: '退出登录' }))
    await page.waitForURL('**/sign-in**')
    await expect.poll(() => page.evaluate(async () => (await indexedDB.databases()).map((one) => one.name))).not.toContain(DRAFTS)
  })
})

/** What the desk says to an order that it does not take. */
async function refuse(route: Route): Promise<void> {
  if (route.request().method() !== 'POST') return route.fallback()
  const errors = [{ pointer: '/applicant/phone', code: 'pattern', detail: '号码有误' }]
  await route.fulfill({ status: 422, contentType: 'application/problem+json', body: JSON.stringify({ status: 422, code: 'request.invalid', title: '内容有误', errors }) })
}

async function kept(page: Page): Promise<unknown[]> {
  return page.evaluate(readAll, DRAFTS)
}

async function onTheDisk(page: Page): Promise<string> {
  return JSON.stringify(await kept(page))
}

/** How many matters this page has read one by one, and so has at hand. */
function mattersRead(): number {
  return new Set(performance.getEntriesByType('resource').map((one) => one.name).filter((name) => /\/desk\/v1\/matters\/[0-9a-f-]{36}$/.test(name))).size
}

/** What the browser's store holds, byte by byte. */
async function readAll(name: string): Promise<unknown[]> {
  const opening = indexedDB.open(name)
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error ?? new Error(name))
  })
  const reading = database.transaction('drafts').objectStore('drafts').getAll()
  const rows = await new Promise<Record<string, unknown>[]>((resolve) => (reading.onsuccess = () => resolve(reading.result as Record<string, unknown>[])))
  database.close()
  return rows.map((row) => ({ ...row, content: typeof row.content === 'string' ? row.content : String.fromCharCode(...new Uint8Array(row.content as ArrayBuffer)) }))
}
