/** Steps 1 to 3: the clerk's day, the person before her, a case of the elders' allowance, its notice and its receipt. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { ALLOWANCE, BANK_CARD, ELDER, begin, peopleWait, seat, sendNotice, takeWindow, tickMaterials } from '../support/desk'
import { fill, work } from '../support/keyboard'
import { readPaper } from '../support/papers'
import { HUAPING, Person } from '../support/people'
import { look } from '../support/screens'

let browser: Browser
let clerk: Person
beforeAll(async () => {
  browser = await openBrowser()
  clerk = await Person.signedIn(browser, `clerk.${HUAPING}`)
})
afterAll(async () => browser?.close())

describe('at the counter', () => {
  it('opens on the work of the day', async () => {
    await clerk.page.waitForURL('**/workbench')
    await clerk.page.getByRole('complementary', { name: '今日' }).waitFor()
    await look(clerk.page, 'workbench')
  })

  it('calls the next number with one key', async () => {
    const { page } = clerk
    await peopleWait(clerk, 2)
    await takeWindow(page)
    await page.keyboard.press('F2')
    await page.getByRole('button', { name: '重呼' }).waitFor()
  })

  it.each(['张桂', 'zgl', 'zhangguilan'])('finds the elder by %s', async (asked) => {
    await seat(clerk.page, asked)
  })

  it('finds her by the whole number, typed as a card reader types it', async () => {
    const answer = await clerk.api('POST', '/api/registry/v1/residents/search', { q: ELDER })
    const { items } = (await answer.json()) as { items: { id: string; division: string }[] }
    const id = items.find((person) => person.division === HUAPING)!.id
    const shown = await clerk.api('POST', `/api/registry/v1/residents/${id}/reveal`, { fields: ['identity_number'], purpose: '核对身份' })
    const { values } = (await shown.json()) as { values: { identity_number: string } }
    await seat(clerk.page, values.identity_number)
    await seat(clerk.page, values.identity_number.slice(-4))
  })

  it('shows a masked number, and the whole one for a purpose', async () => {
    const { page } = clerk
    const number = page.getByLabel('证件号码', { exact: true })
    expect((await number.textContent())?.replaceAll(' ', '')).not.toMatch(/^\d{17}[\dX]$/)
    await work(page, page.getByRole('button', { name: '查看完整证件号码' }))
    await look(page, 'reveal-purpose', { only: 'desk' })
    await work(page, page.getByRole('dialog', { name: /为什么/ }).getByRole('button', { name: /核对身份/ }))
    await expect.poll(async () => (await number.textContent())?.replaceAll(' ', '')).toMatch(/^\d{17}[\dX]$/)
  })

  it('names what is missing in one notice, which pauses the clock', async () => {
    const { page } = clerk
    await begin(page, ALLOWANCE)
    await fill(page, page.getByLabel(/银行/).first(), BANK_CARD)
    await tickMaterials(page, /照片|照$/)
    await look(page, 'case-draft')
    await sendNotice(page)
    await page.getByText('已暂停').first().waitFor()
    await look(page, 'notice-sent')
  })

  it('accepts what was brought and prints a receipt with a code', async () => {
    const { page } = clerk
    await work(page, page.getByRole('link', { name: '查看办件' }))
    await page.waitForURL('**/cases/*')
    const caseId = page.url().split('/').at(-1)!
    await look(page, 'case-supplement')
    await tickCase(page)
    await work(page, page.getByRole('button', { name: /补正已到齐/ }))
    await work(page, page.getByRole('button', { name: /^受理/ }))
    await page.getByText(/还剩 \d+ 个工作日/).first().waitFor()
    await look(page, 'case-accepted')
    const found = (await (await clerk.api('GET', `/api/desk/v1/cases/${caseId}`)).json()) as { documents: { kind: string; href: string; token: string }[] }
    const receipt = found.documents.find((paper) => paper.kind === 'receipt')!
    const read = readPaper(new Uint8Array(await (await clerk.api('GET', receipt.href)).arrayBuffer()))
    expect(read.text).toContain(ALLOWANCE)
    expect(read.codes[0]).toMatch(new RegExp(`/v/${receipt.token}$`))
  })
})

async function tickCase(page: Person['page']): Promise<void> {
  for (const tick of await page.getByRole('button', { name: /^核原件/ }).all()) await work(page, tick)
}

