/** Step 7: the supervisor finds an act and checks its proof in the browser; the stand-alone command agrees. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { openRow } from '../support/cases'
import { ELDER } from '../support/desk'
import { choose, work } from '../support/keyboard'
import { python } from '../support/paths'
import { HUAPING, Person, phone } from '../support/people'
import { look, nothingFound } from '../support/screens'

let browser: Browser
let supervisor: Person
let resident: string
beforeAll(async () => {
  browser = await openBrowser()
  resident = await lookAtANumber(await Person.signedIn(browser, HUAPING.account('clerk')))
  supervisor = await Person.signedIn(browser, HUAPING.account('supervisor'))
})
afterAll(async () => browser?.close())

describe('the ledger', () => {
  it('shows who looked at a whole number, and for what', async () => {
    const { page } = supervisor
    await page.goto('/ledger')
    await page.getByRole('row').nth(1).waitFor()
    await look(page, 'ledger')
    await work(page, page.getByRole('button', { name: /^筛选/ }))
    await choose(page, page.getByLabel('做了什么'), '查看完整号码 · resident.reveal')
    await work(page, page.getByRole('dialog').getByRole('button', { name: /^筛选/ }))
    // Until the list is the filtered one, a row opened would be one that goes.
    await expect.poll(async () => (await page.locator('tbody tr').allInnerTexts()).every((row) => row.includes('查看完整号码'))).toBe(true)
    await openRow(page, '查看完整号码')
    await page.getByRole('dialog', { name: /第 \d+ 条/ }).waitFor()
  })

  it('lets the browser check the proof of the entry', async () => {
    const { page } = supervisor
    await page.getByText('这一条确在账本中，未被改动。').waitFor()
    await look(page, 'ledger-entry')
  })

  it('says which witnesses vouch for it, and what it noticed', async () => {
    const { page } = supervisor
    await page.goto('/ledger/watch')
    await page.getByRole('heading', { name: '见证人' }).waitFor()
    await page.getByRole('row', { name: /花坪村村务监督委员会.*正常/ }).waitFor()
    await page.getByRole('row', { name: /登记库.*正常/ }).waitFor()
    await look(page, 'ledger-watch')
  })

  it('tells everything around one person', async () => {
    const { page } = supervisor
    await page.goto(`/ledger/timeline?person=${resident}`)
    await page.getByRole('button', { name: /查看完整号码/ }).first().waitFor()
    await look(page, 'ledger-timeline')
  })

  it('is verified by anyone who opens the public page', async () => {
    const page = await phone(browser)
    await page.goto('/log')
    await page.getByText(/验证通过/).first().waitFor()
    await look(page, 'phone-log')
  })

  it('is verified by the stand-alone command', () => {
    const told = python(['-m', 'linli_supervision.verify', '--url', inject('baseUrl'), '--tenant', HUAPING.tenant])
    expect(told).toBeTruthy()
  })

  it('finds nothing to better on the way', nothingFound)
})

async function lookAtANumber(clerk: Person): Promise<string> {
  const found = await clerk.api('POST', '/api/registry/v1/residents/search', { q: ELDER })
  const { items } = (await found.json()) as { items: { id: string }[] }
  const answer = await clerk.api('POST', `/api/registry/v1/residents/${items[0]!.id}/reveal`, { fields: ['identity_number'], purpose: 'verify_identity' })
  expect(answer.ok).toBe(true)
  return items[0]!.id
}
