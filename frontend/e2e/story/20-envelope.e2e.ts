/**
 * The seal of rubber in numbered envelopes: entered by resolution, closed in under the committee's eyes, opened by all for a contract, closed into
 * the next envelope with a record that each signs; then an envelope that is not the one in the register, after which nothing is stamped.
 */
import type { webcrypto } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import { PICTURE, certificateToSeal } from '../support/behind'
import { openBrowser } from '../support/browser'
import { readCase } from '../support/cases'
import { takePicture } from '../support/desk'
import { choose, fill, work } from '../support/keyboard'
import { readPaper } from '../support/papers'
import { GUQIAO, Person, behind, phone } from '../support/people'
import { look, nothingFound } from '../support/screens'
import { enrolled, signUse } from '../support/seals'

// A village has a seal of one name once: a system that runs on gets another one.
const RUN = Math.floor(Date.now() / 1000).toString(36).toUpperCase()
const SEAL = `古桥社区公章${RUN}`
const number = (n: number): string => `GQ-${RUN}-${n}`
const PURPOSE = '社区道路养护合同用印'
const AGAIN = '活动室租赁合同用印'
const STAMPED = { title: '社区道路养护合同', copies: 2, impressions: 4 }
const SEALS = '/api/supervision/v1'

let browser: Browser
let clerk: Person
let supervisor: Person
/** Of two custodians one sits before the screen; the other holds the key here. */
let custodian: Person
let otherKey: webcrypto.CryptoKey
const OTHER = GUQIAO.account('custodian1')
let envelopes = ''
let seal = ''
let use = ''

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
const sheet = (page: Page): Locator => page.getByRole('article').filter({ hasText: SEAL })
const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name })
/** Agrees to the question whose consequences are on the screen. */
async function agree(page: Page, action: string, picture = ''): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  if (picture) await look(page, picture, { axe: 'desk' })
  await work(page, dialog.getByRole('button', { name: action }))
  await dialog.waitFor({ state: 'hidden' })
}
async function read<T>(role: string, path: string): Promise<T> {
  return (await (await behind(GUQIAO.account(role)).api('GET', `${SEALS}/${path}`)).json()) as T
}
/** One command of somebody behind the story, upon what stands now. */
async function send<T>(role: string, path: string, body?: unknown, version?: number): Promise<T> {
  const answer = await behind(GUQIAO.account(role)).api('POST', `${SEALS}/${path}`, body, version === undefined ? { 'idempotency-key': crypto.randomUUID() } : { 'if-match': `"${version}"` })
  expect(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`).toBe(true)
  return (await answer.json()) as T
}
describe('a seal of rubber in its envelopes', () => {
  it('is entered in the register by resolution, and the committee confirms who keeps it', async () => {
    await at('township_officer', '/seals/register', async (page) => {
      await work(page, button(page, '启用新印章'))
      const panel = page.getByRole('dialog', { name: '启用新印章' })
      await fill(page, panel.getByLabel(/^印章名称/), SEAL)
      await choose(page, panel.getByLabel(/^保管方式/), '公章实物，装入编号信封')
      await choose(page, panel.getByLabel(/^第 1 片保管人/), '杨素琼 · 印章保管人（一）')
      await choose(page, panel.getByLabel(/^第 2 片保管人/), '谢明富 · 印章保管人（二）')
      await choose(page, panel.locator('#seal-resolution'), '安装本系统之前的决议（手工登记）')
      await fill(page, panel.getByLabel(/^决议文号/), '居民代表会议〔2026〕第8号')
      await panel.getByLabel(/^决议日期/).fill('2020-03-01')
      await look(page, 'envelope-founding', { axe: 'desk' })
      await work(page, panel.getByRole('button', { name: /^提出/ }))
      await panel.waitFor({ state: 'hidden' })
      await page.getByRole('region', { name: '待确认的变更' }).getByText(SEAL).waitFor()
      expect(await sheet(page).count(), 'nothing has changed before somebody else confirms it').toBe(0)
    })
    supervisor = await Person.signedIn(browser, GUQIAO.account('supervisor'))
    const { page } = supervisor
    await page.goto('/seals/register')
    await work(page, page.getByRole('listitem').filter({ hasText: SEAL }).getByRole('button', { name: '确认' }))
    await agree(page, '确认')
    await sheet(page).getByText('未封存').waitFor()
  })

  it('is closed into its first envelope by somebody who keeps no piece', async () => {
    const { page } = supervisor
    await work(page, sheet(page).getByRole('link', { name: '封存公章' }))
    await page.waitForURL('**/seals/envelopes/*')
    envelopes = new URL(page.url()).pathname
    seal = envelopes.split('/').at(-1)!
    const form = page.getByRole('region', { name: '封存公章' })
    await form.waitFor()
    await look(page, 'envelope-first', { axe: 'desk' })
    await takePicture(page, form)
    await form.getByText('信封.jpg').waitFor()
    await fill(page, form.getByLabel(/^新信封封签编号/), number(1))
    await work(page, form.getByRole('button', { name: '封存公章' }))
    await page.getByRole('row').filter({ hasText: number(1) }).waitFor()
    await sheet(page).getByText('已封存').waitFor()
  })

  it('is asked for with every document and how often it is stamped, and approved', async () => {
    clerk = await Person.signedIn(browser, GUQIAO.account('clerk'))
    const { page } = clerk
    await page.goto('/seals')
    await work(page, button(page, `申请启封用印：${SEAL}`))
    const panel = page.getByRole('dialog')
    await fill(page, panel.getByLabel(/^事由/), PURPOSE)
    await fill(page, panel.getByLabel(/^文书名称/), STAMPED.title)
    await fill(page, panel.getByLabel(/^份数/), String(STAMPED.copies))
    await fill(page, panel.getByLabel(/^盖章次数/), String(STAMPED.impressions))
    await work(page, panel.getByRole('button', { name: '申请启封用印' }))
    await panel.waitFor({ state: 'hidden' })
    const { items } = await read<{ items: { id: string; seal_id: string; version: number }[] }>('clerk', 'uses')
    const asked = items.find((one) => one.seal_id === seal)!
    use = `/seals/uses/${asked.id}`
    await send('village_official', `uses/${asked.id}/approve`, undefined, asked.version)
  })

  it('is opened only with every custodian present, the envelope photographed and its number read', async () => {
    custodian = await Person.signedIn(browser, GUQIAO.account('custodian2'))
    const { page } = custodian
    await page.goto(use)
    await work(page, button(page, '生成并登记密钥'))
    await button(page, '生成并登记密钥').waitFor({ state: 'hidden' })
    // No key is made any more once somebody has opened.
    otherKey = await enrolled(OTHER, seal)
    await work(page, button(page, /^到场开启/))
    await button(page, /^到场开启/).waitFor({ state: 'hidden' })
    expect(await page.getByRole('region', { name: '启封' }).count(), 'one custodian alone opens nothing').toBe(0)
    await send('custodian1', `${use.replace('/seals/', '')}/open`)
    const form = page.getByRole('region', { name: '启封' })
    await form.waitFor()
    expect(await form.getByRole('button', { name: '核对并启封' }).isDisabled(), 'no envelope is opened that nobody photographed').toBe(true)
    await takePicture(page, form)
    await form.getByText(/^启封前照片/).waitFor()
    await fill(page, form.getByLabel(/^封签编号/), number(1).toLowerCase())
    await look(page, 'envelope-unsealing')
    await work(page, form.getByRole('button', { name: '核对并启封' }))
    await page.getByRole('region', { name: '重新封存' }).waitFor()
  })

  it('lies in the next envelope when the stamping is done, and each signs the record', async () => {
    const { page } = custodian
    const form = page.getByRole('region', { name: '重新封存' })
    await takePicture(page, form)
    await form.getByText(/^封存后照片/).waitFor()
    await fill(page, form.getByLabel(/^新信封封签编号/), number(2))
    await look(page, 'envelope-reclosing', { axe: 'desk' })
    await work(page, form.getByRole('button', { name: '登记并封存' }))
    const sign = button(page, /^签名用印/)
    await form.waitFor({ state: 'hidden' })
    await signUse(OTHER, use.split('/').at(-1)!, otherKey)
    await work(page, sign)
    await agree(page, '签名用印')
    await sign.waitFor({ state: 'hidden' })
    await page.getByText('已用印').first().waitFor()
    const record = readPaper(new Uint8Array(await (await supervisor.api('GET', `${SEALS}${use.replace('/seals', '')}/document`)).arrayBuffer()))
    for (const said of [number(1), number(2), STAMPED.title]) expect(record.text).toContain(said)
    if (record.signatures) expect(record.signatures.map((one) => one.valid)).toEqual([true, true])
  })

  it('is not stamped with once its envelope bears another number', async () => {
    const asked = await send<{ id: string; version: number }>('clerk', `seals/${seal}/paper-uses`, { purpose: AGAIN, documents: [{ ...STAMPED, title: '活动室租赁合同' }] })
    await send('village_official', `uses/${asked.id}/approve`, undefined, asked.version)
    for (const piece of [1, 2]) await send(`custodian${piece}`, `uses/${asked.id}/open`)
    const { page } = custodian
    await page.goto(`/seals/uses/${asked.id}`)
    const form = page.getByRole('region', { name: '启封' })
    await takePicture(page, form)
    await form.getByText(/^启封前照片/).waitFor()
    await fill(page, form.getByLabel(/^封签编号/), number(7))
    await work(page, form.getByRole('button', { name: '核对并启封' }))
    await agree(page, '停止启封，报告异常', 'envelope-differs')
    await page.getByText(`应为 ${number(2)}，见到 ${number(7)}`).waitFor()
    await look(page, 'envelope-incident')
    await clerk.page.reload()
    const ask = clerk.page.getByRole('listitem').filter({ hasText: SEAL })
    await ask.getByText('公章不在封好的信封里').waitFor()
    expect(await ask.getByRole('button').isDisabled(), 'a seal in doubt is not asked for').toBe(true)
  })

  it('is closed in anew by the committee, and its chain shows every envelope', async () => {
    const { page } = supervisor
    await page.goto(envelopes)
    await sheet(page).getByText('待查明').waitFor()
    const form = new FormData()
    form.set('number', number(3))
    form.set('file', new Blob([PICTURE], { type: 'image/png' }), '信封.png')
    await send('supervisor', `seals/${seal}/envelopes`, form)
    await page.reload()
    await page.getByRole('row').filter({ hasText: number(3) }).waitFor()
    await page.getByRole('row').filter({ hasText: '查明异常后重新封存' }).waitFor()
    expect(await page.locator('tbody').getByText('衔接', { exact: true }).count()).toBe(3)
    await look(page, 'envelope-chain')
  })

  it('is asked for by a case whose certificate waits, which goes on once its paper was stamped', async () => {
    const caseId = await certificateToSeal(GUQIAO, '汤玉珍')
    const { page } = clerk
    await page.goto(`/cases/${caseId}`)
    await work(page, button(page, '申请用印'))
    const panel = page.getByRole('dialog', { name: '申请用印' })
    await choose(page, panel.getByLabel('选择印章'), `${SEAL}（公章实物，启封盖章）`)
    await panel.getByText('在纸上盖章').waitFor()
    await look(page, 'stamp-asked', { axe: 'desk' })
    await work(page, panel.getByRole('button', { name: '申请用印' }))
    await panel.waitFor({ state: 'hidden' })
    const { items } = await read<{ items: { id: string; version: number }[] }>('clerk', `uses?case_id=${caseId}`)
    const asked = items[0]!
    await send('village_official', `uses/${asked.id}/approve`, undefined, asked.version)
    for (const piece of [1, 2]) await send(`custodian${piece}`, `uses/${asked.id}/open`)
    const snap = (): Promise<unknown> => {
      const form = new FormData()
      form.set('file', new Blob([PICTURE], { type: 'image/png' }), '信封.png')
      return send('custodian1', `uses/${asked.id}/photographs`, form)
    }
    await snap()
    await send('custodian1', `uses/${asked.id}/unseal`, { condition: 'whole', number: number(3) })
    await snap()
    await custodian.page.goto(`/seals/uses/${asked.id}`)
    await custodian.page.getByText('居住情况证明（').first().waitFor()
    await look(custodian.page, 'stamp-at-the-safe')
    await send('custodian1', `uses/${asked.id}/reclose`, { number: number(4), documents: [{ line: 1, copies: 1, impressions: 1 }] })
    await signUse(OTHER, asked.id, otherKey)
    const sign = button(custodian.page, /^签名用印/)
    await work(custodian.page, sign)
    await agree(custodian.page, '签名用印')
    await sign.waitFor({ state: 'hidden' })
    await expect.poll(async () => (await readCase(clerk, caseId)).documents.find((one) => one.kind === 'residence_certificate')?.state).toBe('stamped')
    await page.reload()
    await page.getByText('纸质盖章').first().waitFor()
    await button(page, /^送达/).first().waitFor()
    await look(page, 'stamp-done')
    const stamped = (await readCase(clerk, caseId)).documents.find((one) => one.state === 'stamped')!
    const reader = await phone(browser)
    await reader.goto(`/v/${stamped.token}`)
    await reader.getByText('纸质盖章，以盖章原件为准').waitFor()
    await look(reader, 'stamp-verified', { only: 'phone' })
    await reader.context().close()
  })

  it('finds nothing to better on the way', nothingFound)
})
