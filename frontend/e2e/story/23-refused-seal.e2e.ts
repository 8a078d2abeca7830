/**
 * Three custodians seal and one refuses: nobody can seal without it, everybody concerned reads why, the applicant learns that it is being
 * looked into, and the village asks again. Another is rightly refused: it ends as not issued, in writing, with its ground and the remedy.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { certificateToSeal, rateByReceipt } from '../support/behind'
import { openBrowser } from '../support/browser'
import { command, readCase, readPdf } from '../support/cases'
import { fill, work } from '../support/keyboard'
import { HUAPING, Person, behind, phone } from '../support/people'
import { readPaper } from '../support/papers'
import { look, nothingFound } from '../support/screens'
import { approveSeal, refuseSeal, requestSeal, sealTogether, useOf } from '../support/seals'

const WHY = '居住年限与登记不符，请核实后再用印。'
const GROUND = '村（社区）证明事项清单第三条'
const NO_SINGLE = ['county_admin', 'auditor', 'supervisor', 'village_official'] as const

let browser: Browser
let custodians: Person[] = []
let caseId = ''
let address = ''

beforeAll(async () => {
  browser = await openBrowser()
  caseId = await certificateToSeal(HUAPING, '邓惠芳')
  const use = await requestSeal(HUAPING, caseId)
  await approveSeal(HUAPING, use)
  address = `/seals/uses/${use.id}`
})
afterAll(async () => browser?.close())

const main = (page: Page, name: RegExp) => page.getByRole('button', { name })

async function enrol({ page }: Person): Promise<void> {
  await page.goto('/seals')
  const make = main(page, /登记(密钥|新密钥)$/)
  await make.waitFor()
  const renews = (await make.innerText()).includes('新')
  await work(page, make)
  if (renews) await work(page, page.getByRole('dialog').getByRole('button', { name: '登记新密钥' }))
  // The state, not the explanation beside it: only then is the key kept.
  await page.getByText('密钥在本浏览器', { exact: true }).waitFor()
}

describe('a seal that one custodian refuses', () => {
  it('is opened by all, and the first has signed', async () => {
    custodians = await Promise.all([1, 2, 3].map((piece) => Person.signedIn(browser, HUAPING.account(`custodian${piece}`))))
    await Promise.all(custodians.map(enrol))
    for (const { page } of custodians) {
      await page.goto(address)
      await work(page, main(page, /^到场开启/))
      await main(page, /^到场开启/).waitFor({ state: 'hidden' })
    }
    const { page } = custodians[0]!
    await work(page, main(page, /^签名用印/))
    await work(page, page.getByRole('dialog').getByRole('button', { name: /^签名用印/ }))
    await page.getByText(/^等待.*签名$/).waitFor()
  })

  it('needs the refusing custodian to say why, and says what follows', async () => {
    const { page } = custodians[1]!
    await main(page, /^签名用印/).waitFor()
    await page.keyboard.press('F8')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('已有的签名一并作废').waitFor()
    await work(page, dialog.getByRole('button', { name: /^不予用印/ }))
    await dialog.getByRole('alert').waitFor()
    await fill(page, dialog.getByLabel(/^理由/), WHY)
    await look(page, 'seal-refusing', { axe: 'desk' })
    await work(page, dialog.getByRole('button', { name: /^不予用印/ }))
    await page.getByRole('region', { name: '不予用印' }).getByText(WHY).waitFor()
    await page.getByRole('region', { name: '不予用印' }).getByText(/第 2 片/).waitFor()
    await look(page, 'seal-refused')
  })

  it('is over for the others at once, whose signatures are void', async () => {
    for (const { page } of [custodians[0]!, custodians[2]!]) {
      await page.getByRole('region', { name: '不予用印' }).getByText(WHY).waitFor()
      expect(await main(page, /^(签名用印|到场开启)/).count()).toBe(0)
    }
    for (const custodian of custodians) await custodian.leave()
  })

  it('is used by nobody alone, however privileged', async () => {
    const use = await useOf(HUAPING, caseId)
    for (const account of ['system_admin', ...NO_SINGLE.map((role) => HUAPING.account(role))]) {
      for (const step of ['open', 'sign'] as const) {
        const answer = await behind(account).api('POST', `/api/supervision/v1/uses/${use.id}/${step}`, step === 'sign' ? { signature: 'AAAA' } : undefined)
        expect(answer.status, `${account} ${step}`).toBe(403)
      }
    }
  })

  it('tells the applicant that it is being looked into, and not what was said', async () => {
    const { receipt_token: token } = (await readCase(behind(HUAPING.account('clerk')), caseId)) as unknown as { receipt_token: string }
    const page = await phone(browser)
    await expect
      .poll(async () => {
        await page.goto(`/v/${token}`)
        await page.getByRole('region', { name: '办理进度' }).waitFor()
        return page.getByText('用印前再核实').count()
      })
      .toBeGreaterThan(0)
    expect(await page.getByText(WHY).count()).toBe(0)
    await look(page, 'phone-seal-refused', { only: 'phone' })
  })

  it('is asked for again by the window, which reads why, and all seal', async () => {
    const clerk = await Person.signedIn(browser, HUAPING.account('clerk'))
    const { page } = clerk
    await page.goto(`/cases/${caseId}`)
    await page.getByText(WHY).waitFor()
    await look(page, 'case-seal-refused')
    await work(page, main(page, /^重新申请用印/))
    const panel = page.getByRole('dialog', { name: '申请用印' })
    await work(page, panel.getByRole('button', { name: /^申请用印/ }))
    await panel.waitFor({ state: 'hidden' })
    await page.getByText('待审批').first().waitFor()
    const again = await useOf(HUAPING, caseId)
    await approveSeal(HUAPING, again)
    await sealTogether(HUAPING, again)
    await expect.poll(async () => (await readCase(behind(HUAPING.account('clerk')), caseId)).documents.map((one) => one.state)).toContain('sealed')
  })

  it('ends as not issued when the refusal was right: in writing, with ground and remedy, and is rated', async () => {
    const ended = await certificateToSeal(HUAPING, '罗永贵')
    await refuseSeal(HUAPING, await requestSeal(HUAPING, ended), 2, WHY)
    const certificate = (await readCase(behind(HUAPING.account('clerk')), ended)).documents.find((one) => one.state === 'awaiting_seal')!
    const official = await Person.signedIn(browser, HUAPING.account('village_official'))
    const { page } = official
    await page.goto(`/cases/${ended}`)
    await page.getByText(WHY).waitFor()
    await main(page, /^退回更正/).waitFor()
    await work(page, main(page, /^不予出具/))
    const panel = page.getByRole('dialog', { name: '不予出具' })
    await fill(page, panel.getByLabel(/^理由/), WHY)
    await fill(page, panel.getByLabel(/^依据/), GROUND)
    await look(page, 'case-not-issuing')
    await work(page, panel.getByRole('button', { name: '不予出具' }))
    await panel.waitFor({ state: 'hidden' })
    await page.getByText('已作废', { exact: true }).first().waitFor()
    await look(page, 'case-not-issued')
    const decision = (await readCase(official, ended)).documents.find((one) => one.kind === 'decision')!
    const { text } = readPaper(await readPdf(official, decision.href))
    for (const said of ['不予办理决定书', WHY, GROUND, '行政复议']) expect(text).toContain(said)
    await official.leave()
    const resident = await phone(browser)
    await resident.goto(`/v/${certificate.token}`)
    await resident.getByText('已作废，不发生效力').waitFor()
    await look(resident, 'phone-void-paper', { only: 'phone' })
    await command(behind(HUAPING.account('clerk')), ended, 'deliver')
    await rateByReceipt(browser, HUAPING, ended, '基本满意', 'of who was not issued it')
  })

  it('finds nothing to better on the way', nothingFound)
})
