/**
 * A statutory e-seal: entered with the code that its provider knows it by, confirmed by somebody who has met its custodians, and affixed by
 * the provider only after each of them has signed.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import { certificateToSeal } from '../support/behind'
import { openBrowser } from '../support/browser'
import { choose, fill, work } from '../support/keyboard'
import { readPaper } from '../support/papers'
import { GUQIAO, Person, behind } from '../support/people'
import { look, nothingFound } from '../support/screens'
import { approveSeal, requestSeal, sealTogether, useOf } from '../support/seals'

// A village has a seal of one name once: a system that runs on gets another one.
const RUN = Math.floor(Date.now() / 1000).toString(36).toUpperCase()
const SEAL = `古桥社区法定电子章${RUN}`
const CODE = `511681-${RUN}-01`
const API = '/api/supervision/v1'
const CUSTODIANS = ['杨素琼 · 印章保管人（一）', '谢明富 · 印章保管人（二）']

let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(async () => browser?.close())

async function at(role: string, path: string, act: (page: Page) => Promise<void>): Promise<void> {
  const person = await Person.signedIn(browser, GUQIAO.account(role))
  await person.page.goto(path)
  await act(person.page)
  await person.leave()
}
const button = (page: Page | Locator, name: string | RegExp): Locator => page.getByRole('button', { name })

describe('a statutory e-seal', () => {
  it('is entered with the code of its provider, which is wrong when it is not in the form of one', async () => {
    await at('township_officer', '/seals/register', async (page) => {
      await work(page, button(page, '启用新印章'))
      const panel = page.getByRole('dialog', { name: '启用新印章' })
      await fill(page, panel.getByLabel(/^印章名称/), SEAL)
      const code = panel.getByLabel(/^法定电子印章编码/)
      await choose(page, panel.getByLabel(/^保管方式/), '公章实物，装入编号信封')
      await code.waitFor({ state: 'detached' })
      await choose(page, panel.getByLabel(/^保管方式/), '电子印章，分片签名')
      await fill(page, code, '编码！')
      for (const [n, who] of CUSTODIANS.entries()) await choose(page, panel.getByLabel(new RegExp(`^第 ${n + 1} 片保管人`)), who)
      await choose(page, panel.locator('#seal-resolution'), '安装本系统之前的决议（手工登记）')
      await fill(page, panel.getByLabel(/^决议文号/), '居民代表会议〔2026〕第9号')
      await panel.getByLabel(/^决议日期/).fill('2020-03-01')
      await work(page, button(panel, /^提出/))
      expect(await code.evaluate((field: HTMLInputElement) => field.validity.patternMismatch)).toBe(true)
      await fill(page, code, CODE)
      await look(page, 'statutory-founding')
      await work(page, button(panel, /^提出/))
      await panel.waitFor({ state: 'hidden' })
      await page.getByRole('region', { name: '待确认的变更' }).getByText(CODE).waitFor()
    })
  })

  it('is confirmed by somebody who has met its custodians', async () => {
    await at('supervisor', '/seals/register', async (page) => {
      const change = page.getByRole('listitem').filter({ hasText: CODE })
      await work(page, change.getByRole('checkbox', { name: '已当面核实保管人本人' }), 'Space')
      await look(page, 'statutory-waiting')
      await work(page, button(change, '确认'))
      const dialog = page.getByRole('dialog')
      await dialog.getByText('无须另行核实').waitFor()
      await work(page, button(dialog, '确认'))
      const sheet = page.getByRole('article').filter({ hasText: SEAL })
      await sheet.getByText('法定电子印章').first().waitFor()
      await sheet.getByText(CODE).waitFor()
      await look(page, 'statutory-register')
    })
  })

  it('is affixed under the signatures of all custodians, and any reader checks them', async () => {
    const { items } = (await (await behind(GUQIAO.account('clerk')).api('GET', `${API}/seals`)).json()) as { items: { id: string; name: string }[] }
    const caseId = await certificateToSeal(GUQIAO, '汤玉珍')
    const use = await requestSeal(GUQIAO, caseId, items.find((one) => one.name === SEAL)!.id)
    await approveSeal(GUQIAO, use)
    await sealTogether(GUQIAO, use)
    await expect.poll(async () => (await useOf(GUQIAO, caseId)).state).toBe('sealed')
    await at('clerk', `/seals/uses/${use.id}`, async (page) => {
      await page.getByText('2 个签名和法定电子印章').waitFor()
      await look(page, 'statutory-sealed')
    })
    const answer = await behind(GUQIAO.account('clerk')).api('GET', `${API}/uses/${use.id}/document`)
    const { signatures } = readPaper(new Uint8Array(await answer.arrayBuffer()))
    if (signatures) expect(signatures.map((one) => one.valid)).toEqual([true, true, true])
  })

  it('finds nothing to better on the way', nothingFound)
})
