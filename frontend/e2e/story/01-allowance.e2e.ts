/**
 * Steps 1 to 4 and 6, by keys alone: the clerk's day, the elder before her, the notice and the receipt of the allowance,
 * the village's check, the township's decision, and the elder's family with a telephone.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { handle, readCase, readPdf } from '../support/cases'
import { ALLOWANCE, BANK_CARD, ELDER, begin, peopleWait, photograph, seat, sendNotice, takeWindow, tickAll, tickMaterials } from '../support/desk'
import { fill, reach, work } from '../support/keyboard'
import { readPaper } from '../support/papers'
import { HUAPING, Person, phone } from '../support/people'
import { look, nothingFound } from '../support/screens'

let browser: Browser
let clerk: Person
let caseId = ''
let link = ''

beforeAll(async () => {
  browser = await openBrowser()
  clerk = await Person.atTheDoor(browser, HUAPING.account('clerk'))
  await clerk.signIn()
})
afterAll(async () => browser?.close())

describe('an allowance for an elder', () => {
  it('begins with the work of the day', async () => {
    await clerk.page.waitForURL('**/workbench')
    await clerk.page.getByRole('complementary', { name: '今日' }).waitFor()
    await look(clerk.page, 'workbench')
  })

  it('calls the next number with one key', async () => {
    await peopleWait(clerk, 2)
    await takeWindow(clerk.page)
    await clerk.page.keyboard.press('F2')
    await clerk.page.getByRole('button', { name: '重呼' }).waitFor()
  })

  it.each(['张桂', 'zgl', 'zhangguilan'])('finds the elder by %s', async (asked) => seat(clerk.page, asked))

  it('finds her by the whole number and by its last four digits, typed as a card reader types', async () => {
    const answer = await clerk.api('POST', '/api/registry/v1/residents/search', { q: ELDER })
    const { items } = (await answer.json()) as { items: { id: string; division: string }[] }
    const id = items.find((person) => person.division === HUAPING.division)!.id
    const shown = await clerk.api('POST', `/api/registry/v1/residents/${id}/reveal`, { fields: ['identity_number'], purpose: 'verify_identity' })
    const { values } = (await shown.json()) as { values: { identity_number: string } }
    await seat(clerk.page, values.identity_number.slice(-4))
    await seat(clerk.page, values.identity_number)
  })

  it('shows a masked number, and the whole one for a purpose', async () => {
    const { page } = clerk
    const number = page.getByRole('region', { name: '来人' }).getByLabel('证件号码', { exact: true })
    expect((await number.textContent())?.replaceAll(' ', '')).not.toMatch(/^\d{17}[\dX]$/)
    await work(page, page.getByRole('button', { name: '查看完整证件号码' }))
    await look(page, 'reveal-purpose', { only: 'desk' })
    await work(page, page.getByRole('dialog', { name: /为什么/ }).getByRole('button', { name: /核对身份/ }))
    await expect.poll(async () => (await number.textContent())?.replaceAll(' ', '')).toMatch(/^\d{17}[\dX]$/)
  })

  it('names all that is missing in one notice', async () => {
    const { page } = clerk
    await begin(page, ALLOWANCE)
    await tickMaterials(page, /照片/)
    await look(page, 'case-draft')
    await sendNotice(page)
    await expect.poll(() => clerk.printed()).toBe(1)
    await look(page, 'notice-sent')
    await work(page, page.getByRole('link', { name: '查看办件' }))
    await page.waitForURL('**/cases/*')
    caseId = page.url().split('/').at(-1)!
    await look(page, 'case-supplement')
  })

  it('accepts what was brought, says the day, and prints a receipt with a code', async () => {
    const { page } = clerk
    await work(page, page.getByRole('button', { name: '补填或修改' }))
    const panel = page.getByRole('dialog', { name: '补填或修改' })
    const card = panel.getByRole('textbox', { name: /银行卡/ })
    await card.waitFor()
    await look(page, 'case-edit-form')
    await fill(page, card, BANK_CARD)
    await work(page, panel.getByRole('button', { name: '保存' }))
    await panel.waitFor({ state: 'hidden' })
    await photograph(page, /照片/)
    const looked = page.waitForResponse((answer) => answer.url().includes('/attachments/'))
    await work(page, page.getByRole('button', { name: /^查看 .*照片/ }))
    expect((await looked).status()).toBe(200)
    await tickAll(page)
    await work(page, page.getByRole('button', { name: /^补正已到齐/ }))
    await work(page, page.getByRole('button', { name: /^受理/ }))
    await page.getByText(/还剩 \d+ 个工作日/).first().waitFor()
    await look(page, 'case-accepted')
    const { documents } = await readCase(clerk, caseId)
    const receipt = documents.find((paper) => paper.kind === 'receipt')!
    const read = readPaper(await readPdf(clerk, receipt.href))
    expect(read.text).toContain(ALLOWANCE)
    expect(read.codes[0]).toMatch(new RegExp(`/v/${receipt.token}$`))
    const notice = documents.find((paper) => paper.kind === 'acceptance_notice')!
    expect(readPaper(await readPdf(clerk, notice.href)).text).toMatch(/承诺10个工作日，\d{4}年\d+月\d+日前办结/)
    link = `/v/${receipt.token}`
  })

  it('is checked by the village and decided by the township, on their own screens', async () => {
    await handle(browser, HUAPING, clerk, caseId, 'allowance')
    expect((await readCase(clerk, caseId)).state).toBe('decided')
  })

  it('is delivered', async () => {
    const { page } = clerk
    await page.goto(`/cases/${caseId}`)
    await work(page, page.getByRole('button', { name: /^送达/ }))
    await expect.poll(async () => (await readCase(clerk, caseId)).state).toBe('delivered')
  })

  it('is followed and rated once on a phone, without a full name on the screen', async () => {
    const page = await phone(browser)
    await page.goto(link)
    await page.getByRole('heading', { name: ALLOWANCE }).waitFor()
    expect(await page.locator('body').innerText()).not.toContain(ELDER)
    await look(page, 'phone-receipt')
    await page.getByRole('radio', { name: '非常满意' }).check()
    await reach(page, page.getByRole('button', { name: '提交评价' }))
    await page.keyboard.press('Enter')
    await page.getByText('谢谢您的评价').waitFor()
    await page.reload()
    await page.getByText('已评价过').waitFor()
    await look(page, 'phone-rated', { only: 'phone' })
  })

  it('finds nothing to better on the way', nothingFound)
})
