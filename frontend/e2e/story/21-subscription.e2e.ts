/**
 * A resident follows what a village publishes: by the code that came to the phone, until one tap in a message ends it. And what a village
 * owes and has not published is seen by everybody once the county says so.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { reach } from '../support/keyboard'
import { HUAPING, Person, behind, phone } from '../support/people'
import { published } from '../support/publishing'
import { withPhone, type Reachable } from '../support/residents'
import { look, nothingFound } from '../support/screens'

const BOARD = `/disclosures?division=${HUAPING.division}`
const TITLE = '村部阅览室开放时间'

let browser: Browser
let hand: Page
let villager: Reachable
let stop = ''

beforeAll(async () => {
  browser = await openBrowser()
  hand = await phone(browser)
  const { items } = (await (await behind(HUAPING.account('clerk')).api('POST', '/api/registry/v1/residents/search', { q: '李' })).json()) as { items: { id: string; division: string }[] }
  const neighbours = items.filter((one) => one.division === HUAPING.division)
  villager = await withPhone(HUAPING, neighbours.map((one) => one.id))
})
afterAll(async () => browser?.close())

/** The newest message to the villager, on the page that shows what the demo's phones received. */
const newest = (page: Page): Locator => page.getByRole('main').getByRole('listitem').filter({ hasText: villager.number.slice(-4) }).first()

describe('a resident', () => {
  it('gets a code to the phone, which the demo’s administrator sees on a page', async () => {
    await hand.goto(BOARD)
    await hand.getByRole('heading', { name: '花坪村公开栏' }).waitFor()
    await hand.getByRole('link', { name: '关注本村公开' }).click()
    await hand.getByLabel(/^手机号/).fill(villager.number)
    await hand.getByRole('button', { name: '获取验证码' }).click()
    const admin = await Person.signedIn(browser, 'system_admin')
    await admin.page.goto('/messages/codes')
    await newest(admin.page).waitFor()
    await look(admin.page, 'codes', { only: 'desk' })
    const code = /\d{6}/.exec((await newest(admin.page).locator('p').last().innerText()))![0]
    await admin.leave()
    await hand.getByLabel(/^验证码/).fill(code)
    await hand.getByLabel(/^身份证后四位/).fill(villager.tail)
    await hand.getByRole('button', { name: '登录' }).click()
    await hand.getByRole('heading', { name: '关注花坪村的公开' }).waitFor()
    await look(hand, 'follow')
  })

  it('follows the village', async () => {
    await hand.getByRole('button', { name: '关注', exact: true }).click()
    await hand.getByText(`短信发到 ${villager.number.slice(0, 3)}****${villager.number.slice(-4)}`).waitFor()
    await hand.getByRole('button', { name: '保存修改' }).waitFor()
    await look(hand, 'followed', { only: 'phone' })
  })

  it('is told of what the village publishes, with its address', async () => {
    const id = await published(HUAPING, 'party_work', TITLE)
    const county = await Person.signedIn(browser, HUAPING.account('county_admin'))
    await county.page.goto('/messages')
    const message = newest(county.page)
    await message.getByRole('link', { name: `/disclosures/${id}` }).waitFor()
    await look(county.page, 'messages')
    stop = (await message.getByRole('link', { name: /^\/v\/s\// }).getAttribute('href'))!
    await county.leave()
    await hand.goto(`/disclosures/${id}`)
    await hand.getByRole('heading', { name: TITLE }).waitFor()
  })

  it('ends it by one tap on the link, without signing in', async () => {
    await hand.goto(stop)
    await hand.getByText('关注花坪村的公开').waitFor()
    await look(hand, 'follow-end')
    await hand.getByRole('button', { name: '取消关注' }).click()
    await hand.getByText('手机号已删除').first().waitFor()
    await look(hand, 'follow-ended', { only: 'phone' })
  })

  it('is told kindly by a link that has done its work', async () => {
    await hand.goto(stop)
    await hand.getByRole('heading', { name: '这项关注已经取消' }).first().waitFor()
    await look(hand, 'follow-dead')
  })
})

describe('what a village has not published', () => {
  const missing = (): Locator => hand.getByRole('region', { name: '尚未公开的事项' })

  it('is seen by everybody once the county switches it on, and not before or after', async () => {
    const board = async (): Promise<void> => {
      const owed = hand.waitForResponse((answer) => answer.url().includes('/disclosures/duties'))
      await hand.goto(BOARD)
      await owed
      await hand.getByRole('article').first().waitFor()
    }
    await board()
    expect(await missing().count()).toBe(0)
    const county = await Person.signedIn(browser, HUAPING.account('county_admin'))
    const { page } = county
    await page.goto('/publishing')
    await toggle(page, '已向社会公布未公开事项')
    await look(page, 'missing-switch')
    await board()
    await missing().getByText('公章使用情况').first().waitFor()
    await missing().getByText(/逾期 \d+ 天/).first().waitFor()
    await look(hand, 'missing-public')
    await toggle(page, '已不再向社会公布未公开事项')
    await county.leave()
    await board()
    expect(await missing().count()).toBe(0)
  })

  it('finds nothing to better on the way', nothingFound)
})

async function toggle(page: Page, said: string): Promise<void> {
  await reach(page, page.getByRole('checkbox', { name: '向社会公布各村未公开的事项' }))
  await page.keyboard.press('Space')
  await page.getByText(said).first().waitFor()
}
