/**
 * A supervision committee at work: it plans an inquiry and finds something, the village puts it right, the committee looks again and
 * closes it. Nobody checks the own work, and every step stays with its words.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { choose, fill, work } from '../support/keyboard'
import { HUAPING, Person, behind, phone } from '../support/people'
import { published } from '../support/publishing'
import { look, nothingFound } from '../support/screens'

const SUBJECT = '三组公厕保洁记录'
const FOUND = '十月有四天没有保洁记录。'

let browser: Browser
let address = ''

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(async () => browser?.close())

/** Lets somebody at work act on a page, and closes their browser. */
async function at(role: string, path: string, act: (page: Page) => Promise<void>): Promise<void> {
  const person = await Person.signedIn(browser, HUAPING.account(role))
  await person.page.goto(path)
  await act(person.page)
  await person.leave()
}

/** Takes a step with its words; the inquiry's next state is there when it returns. */
async function step(page: Page, name: string, words: string, state: string): Promise<void> {
  await page.getByRole('heading', { name: '查什么' }).waitFor()
  await work(page, page.getByRole('button', { name, exact: true }))
  const dialog = page.getByRole('dialog')
  await fill(page, dialog.getByRole('textbox'), words)
  await work(page, dialog.getByRole('button', { name, exact: true }))
  await page.locator('.page-head').getByText(state).waitFor()
}

describe('an inquiry of the supervision committee', () => {
  it('is planned, begun, and finds something', async () => {
    await at('supervisor', '/inquiries', async (page) => {
      await page.getByText('第三季度误工补助的原始单据').waitFor()
      await work(page, page.getByRole('button', { name: '安排问查' }))
      const panel = page.getByRole('dialog')
      await choose(page, panel.getByLabel(/^小组/), '村务监督小组')
      await fill(page, panel.getByLabel(/^查什么/), SUBJECT)
      await work(page, panel.getByRole('button', { name: '安排问查' }))
      await work(page, page.getByRole('row', { name: new RegExp(SUBJECT) }).getByRole('link'))
      await page.waitForURL(/inquiries\/[0-9a-f-]{36}$/)
      address = new URL(page.url()).pathname
      await step(page, '开始问查', '由村务监督小组查看保洁记录。', '问查中')
      await step(page, '发现问题，要求整改', FOUND, '前整改')
    })
  })

  it('is put right by the village, which cannot close it', async () => {
    await at('village_official', address, async (page) => {
      await page.getByText(FOUND).waitFor()
      await step(page, '报告整改', '已补录并改为每日签字。', '待复查')
      expect(await page.getByRole('button', { name: '复查通过' }).count()).toBe(0)
    })
  })

  it('is looked at again and closed', async () => {
    await at('supervisor', address, async (page) => {
      await step(page, '复查通过', '连续两周每日有签字。', '已办结')
      await page.getByText('连续两周每日有签字。').first().waitFor()
      expect(await page.getByRole('button', { name: '报告整改' }).count()).toBe(0)
    })
  })

  it('stands in the committee’s record of activity, which nobody writes', async () => {
    await at('supervisor', '/inquiries/committee', async (page) => {
      const line = page.locator(`a[href="${address}"]`).filter({ hasText: '复查通过' })
      // Its entry reaches the log within seconds.
      await expect.poll(async () => {
        await page.getByRole('heading', { name: /年活动记录/ }).waitFor()
        await page.locator('ol.plain > li').first().waitFor()
        const found = await line.count()
        if (!found) await page.reload()
        return found
      }).toBe(1)
      await look(page, 'committee')
    })
  })

  it('finds nothing to better on the way', nothingFound)
})

const ASKED = '卫生费为什么收两次？'
const UNCONTENT = '答复没有附收据，要求核对。'
const LOOKED = '核对卫生费收据'

describe('an inquiry after a complaint', () => {
  let token = ''
  let after = ''

  it('finds what people asked, appealed against and reported in the form’s own list', async () => {
    token = await appealed()
    await at('supervisor', '/inquiries', async (page) => {
      await work(page, page.getByRole('button', { name: '安排问查' }))
      const panel = page.getByRole('dialog')
      await choose(page, panel.getByLabel(/^来由/), '群众反映')
      const which = panel.getByLabel(/^哪件反映/)
      const listed = which.getByRole('option')
      await expect.poll(() => listed.allInnerTexts().then((all) => all.some((one) => one.endsWith(UNCONTENT)))).toBe(true)
      const names = await listed.allInnerTexts()
      expect(names[0]).toBe('口头或来信反映，系统里没有记录')
      expect(names.filter((one) => one.startsWith('公开质询') && one.endsWith(ASKED))).toHaveLength(1)
      await choose(page, which, names.find((one) => one.startsWith('申诉') && one.endsWith(UNCONTENT))!)
      await look(page, 'inquiry-complaint')
      await fill(page, panel.getByLabel(/^查什么/), LOOKED)
      await work(page, panel.getByRole('button', { name: '安排问查' }))
      await work(page, page.getByRole('row', { name: new RegExp(LOOKED) }).getByRole('link'))
      await page.waitForURL(/inquiries\/[0-9a-f-]{36}$/)
      after = new URL(page.url()).pathname
      await page.getByRole('link', { name: new RegExp(`^申诉 .*${UNCONTENT}$`) }).waitFor()
      await look(page, 'inquiry-after')
      await step(page, '开始问查', '调收据存根。', '问查中')
      await step(page, '未发现问题', '收据两张，一张作废。', '已办结')
    })
  })

  it('is found from the complaint by the village, and its outcome by whoever complained', async () => {
    await at('village_official', '/publishing/questions', async (page) => {
      await page.locator(`a[href="${after}"]`).waitFor()
    })
    const hand = await phone(browser)
    await hand.goto(`/v/q/${token}`)
    await hand.getByText(UNCONTENT).waitFor()
    await hand.getByText(/经查没有发现问题/).waitFor()
    await look(hand, 'inquiry-asker', { only: 'phone' })
    await hand.context().close()
  })

  it('finds nothing to better on the way', nothingFound)
})

/** Somebody asks about a disclosure, the village answers, and they appeal; returns the token that follows it. */
async function appealed(): Promise<string> {
  const shown = await published(HUAPING, 'party_work', '卫生费收支说明')
  const open = await fetch(`${inject('baseUrl')}/api/public/v1/disclosures/${shown}/questions`, json({ kind: 'objection', text: ASKED }))
  expect(open.status).toBe(201)
  const { token } = (await open.json()) as { token: string }
  const official = behind(HUAPING.account('village_official'))
  const list = '/api/supervision/v1/disclosure-questions'
  const { items } = (await (await official.api('GET', `${list}?limit=200`)).json()) as { items: { id: string; version: number; text: string }[] }
  const one = items.find((each) => each.text === ASKED)!
  const answered = await official.api('POST', `${list}/${one.id}/answer`, { text: '一次是上年补缴。' }, { 'if-match': `"${one.version}"` })
  expect(answered.status, await answered.text()).toBe(200)
  const appeal = await fetch(`${inject('baseUrl')}/api/public/v1/disclosures/questions/${token}/appeal`, json({ text: UNCONTENT }))
  expect(appeal.status).toBe(200)
  return token
}

const json = (body: unknown): RequestInit => ({ method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }, body: JSON.stringify(body) })
