/** Steps 5 and 6: a certificate under a seal in several hands, each with a key made in its own browser. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { handle, readCase, readPdf } from '../support/cases'
import { CERTIFICATE, accept, begin, seat, tickMaterials } from '../support/desk'
import { fill, reach, work } from '../support/keyboard'
import { readPaper } from '../support/papers'
import { GUQIAO, HUAPING, Person, phone } from '../support/people'
import { look, nothingFound } from '../support/screens'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(async () => browser?.close())

describe.each([
  { place: 'xianning', village: HUAPING, hands: 3 },
  { place: 'huaying', village: GUQIAO, hands: 2 },
])('a certificate of residence under $place', ({ place, village, hands }) => {
  let clerk: Person
  let custodians: Person[] = []
  let caseId = ''
  let useUrl = ''

  beforeAll(async () => {
    clerk = await Person.signedIn(browser, village.account('clerk'))
  })

  it('is opened and accepted at the counter', async () => {
    const { page } = clerk
    await seat(page, '张桂兰')
    await begin(page, CERTIFICATE)
    await fill(page, page.getByRole('textbox', { name: /居住起始日期/ }), '2010-03-01')
    await fill(page, page.getByRole('textbox', { name: /证明用途/ }), '办理公租房申请')
    await fill(page, page.getByRole('textbox', { name: /接收单位/ }), '住房保障中心')
    await tickMaterials(page)
    await accept(page)
    await work(page, page.getByRole('link', { name: '查看办件' }))
    await page.waitForURL('**/cases/*')
    caseId = page.url().split('/').at(-1)!
  })

  it('is approved, and its seal is asked for', async () => {
    await handle(browser, village, clerk, caseId, `certificate-${place}`)
    const { page } = clerk
    await page.goto(`/cases/${caseId}`)
    await work(page, page.getByRole('button', { name: /^申请用印/ }))
    const panel = page.getByRole('dialog', { name: '申请用印' })
    await panel.waitFor()
    await look(page, `seal-request-${place}`, { only: 'desk' })
    await work(page, panel.getByRole('button', { name: /^申请用印/ }))
    await panel.waitFor({ state: 'hidden' })
  })

  it('is approved for the seal by somebody who holds no piece', async () => {
    const official = await Person.signedIn(browser, village.account('village_official'))
    const { page } = official
    await page.goto('/seals')
    await work(page, page.getByRole('region', { name: '等您办理' }).getByRole('link').first())
    await page.waitForURL('**/seals/uses/*')
    useUrl = new URL(page.url()).pathname
    await look(page, `seal-approve-${place}`)
    await work(page, page.getByRole('button', { name: /^同意用印/ }))
    await page.getByText('待同启').first().waitFor()
    await official.leave()
  })

  it('is opened by all custodians together, each with a key made here', async () => {
    custodians = []
    for (let piece = 1; piece <= hands; piece += 1) custodians.push(await Person.signedIn(browser, village.account(`custodian${piece}`)))
    for (const { page } of custodians) {
      await page.goto('/seals')
      const make = page.getByRole('button', { name: /登记(密钥|新密钥)$/ })
      await make.waitFor()
      const renews = (await make.innerText()).includes('新')
      await work(page, make)
      if (renews) await work(page, page.getByRole('dialog').getByRole('button', { name: '登记新密钥' }))
      await page.getByText('密钥在本浏览器').first().waitFor()
    }
    await look(custodians[0]!.page, `custodian-key-${place}`)
    for (const { page } of custodians) {
      await page.goto(useUrl)
      await work(page, page.getByRole('button', { name: /^到场开启/ }))
      await page.getByRole('button', { name: /^到场开启/ }).waitFor({ state: 'hidden' })
    }
  })

  it('is signed in turn and closes by itself', async () => {
    for (const { page } of custodians) {
      await page.goto(useUrl)
      await work(page, page.getByRole('button', { name: /^签名用印/ }))
      const dialog = page.getByRole('dialog')
      await dialog.waitFor()
      await work(page, dialog.getByRole('button', { name: /^签名用印/ }))
      await dialog.waitFor({ state: 'hidden' })
      await page.getByRole('button', { name: /^签名用印/ }).waitFor({ state: 'hidden' })
    }
    await custodians.at(-1)!.page.getByText('已用印').first().waitFor()
    await look(custodians.at(-1)!.page, `sealed-${place}`)
    for (const custodian of custodians) await custodian.leave()
  })

  it('bears one valid signature of each, and anyone verifies it by the code', async () => {
    await expect.poll(async () => (await certificate(clerk, caseId)).state, { timeout: 60_000 }).toBe('sealed')
    const paper = await certificate(clerk, caseId)
    const read = readPaper(await readPdf(clerk, paper.href))
    expect(read.text).not.toContain('预览')
    if (read.signatures) expect(read.signatures.map((one) => one.valid)).toEqual(Array(hands).fill(true))
    const page = await phone(browser)
    await page.goto(new URL(read.codes[0]!).pathname)
    await page.getByText('已用印，真实有效').waitFor()
    await look(page, `phone-certificate-${place}`)
  })

  it('finds nothing to better on the way', nothingFound)
})

describe('a certificate that a village must not issue', () => {
  it('is refused at the counter, naming who issues it', async () => {
    const clerk = await Person.signedIn(browser, HUAPING.account('clerk'))
    const { page } = clerk
    await seat(page, '张桂兰')
    const box = page.getByRole('combobox', { name: '查找事项' })
    await fill(page, box, '婚姻状况证明')
    await page.getByRole('option', { name: /婚姻状况证明/, selected: true }).waitFor()
    await reach(page, box)
    await page.keyboard.press('Enter')
    await page.getByText(/婚姻登记/).first().waitFor()
    await look(page, 'refused-certificate')
    nothingFound()
  })
})

async function certificate(person: Person, caseId: string) {
  return (await readCase(person, caseId)).documents.find((paper) => paper.kind === 'residence_certificate')!
}
