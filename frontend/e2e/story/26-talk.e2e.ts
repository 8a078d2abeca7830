/**
 * A village holds a talk with its residents: whom it invites is listed, everybody is told once, who has no phone is named, and a
 * resident reads on the own phone when and where it is.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { Deciding } from '../support/deciding'
import { choose, fill, reach, work } from '../support/keyboard'
import { HUAPING, Person, phone } from '../support/people'
import { codeOf, withPhone, type Reachable } from '../support/residents'
import { look, nothingFound } from '../support/screens'

const TALK = '七组路灯和垃圾清运'
const deciding = new Deciding(HUAPING)
let browser: Browser
let official: Person
let page: Page
let villager: Reachable
let hand: Page

beforeAll(async () => {
  browser = await openBrowser()
  official = await Person.signedIn(browser, HUAPING.account('village_official'))
  page = official.page
})
afterAll(async () => browser?.close())

const button = (name: string | RegExp): Locator => page.getByRole('button', { name, exact: true })
const calls = (): Locator => page.getByRole('region', { name: '会议通知' })

describe('a talk with residents', () => {
  it('is opened by the village, which sees whom this form invites', async () => {
    await page.goto('/deliberations/new')
    await choose(page, page.getByLabel(/^程序/), '民情恳谈会 · 结果供参考')
    await page.getByRole('complementary', { name: '程序' }).getByText('通知各户、点名邀请的人').waitFor()
    await fill(page, page.getByLabel(/^议题/), TALK)
    await fill(page, page.getByLabel(/^要决定什么/), '听取大家对路灯和垃圾清运的意见。')
    await work(page, button('发起议事'))
    await page.waitForURL(/deliberations\/[0-9a-f-]{36}$/)
    deciding.id = new URL(page.url()).pathname.split('/').at(-1)!
    await page.getByText('先列出通知谁：各户、点名邀请的人。').waitFor()
    await page.getByRole('group', { name: /^只通知这些小组/ }).waitFor()
    await look(page, 'talk-list')
  })

  it('lists a household each, and says how many are told before anybody is', async () => {
    await work(page, button('列出通知名单'))
    await page.getByText(/^将通知：各户 \d+ 人/).waitFor()
    await look(page, 'talk-call')
    villager = await withPhone(HUAPING, await deciding.roll('households'))
  })

  it('calls them once and names those who have to be told in person', async () => {
    await fill(page, page.getByLabel(/^地点/), '文化礼堂')
    await reach(page, page.getByLabel(/^会议日期/))
    const later = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
    await page.getByLabel(/^会议日期/).evaluate((field: HTMLInputElement, day) => {
      field.value = day
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }, later)
    await work(page, button('通知会议'))
    await calls().getByText('应通知').waitFor()
    await work(page, calls().getByRole('button', { name: '看是谁' }))
    await calls().getByRole('listitem').first().waitFor()
    await look(page, 'talk-called')
  })

  it('is among the news on the phone of somebody who is invited, unread until it is opened', async () => {
    hand = await phone(browser)
    await hand.goto('/guide')
    await hand.getByRole('link', { name: '我的' }).click()
    await look(hand, 'my-door', { only: 'phone' })
    await hand.getByLabel(/^手机号/).fill(villager.number)
    await hand.getByRole('button', { name: '获取验证码' }).click()
    await hand.getByLabel(/^验证码/).fill(await codeOf(villager.number))
    await hand.getByLabel(/^身份证后四位/).fill(villager.tail)
    await hand.getByRole('button', { name: '登录' }).click()
    await hand.getByText('1 条未读').waitFor()
    await look(hand, 'my-home')
    await hand.getByRole('link', { name: /^消息/ }).click()
    const told = hand.getByRole('list', { name: '消息' }).getByRole('link')
    await expect.poll(() => told.count()).toBe(1)
    await told.getByText('未读').waitFor()
    await look(hand, 'my-news')
    await told.click()
    await hand.getByRole('heading', { name: new RegExp(`民情恳谈会：${TALK}`) }).waitFor()
    await look(hand, 'my-news-one', { only: 'phone' })
    // It was read, and is so after a look from elsewhere.
    await hand.getByRole('link', { name: '消息' }).first().click()
    await expect.poll(() => told.getByText('未读').count()).toBe(0)
    await told.click()
  })

  it('leads to the meeting without another code, and there is no vote', async () => {
    await hand.getByRole('link', { name: '看会议' }).click()
    await hand.getByRole('heading', { name: TALK }).waitFor()
    await hand.getByText('请您参加这次会议。').waitFor()
    expect(await hand.getByRole('button', { name: '同意' }).count()).toBe(0)
    await look(hand, 'talk-invited', { only: 'phone' })
  })

  it('is read in large type, in English and without a network, and is gone when one signs out', async () => {
    await hand.goBack()
    await hand.getByRole('link', { name: '消息' }).first().click()
    await hand.getByRole('button', { name: '大字' }).click()
    await hand.getByRole('button', { name: 'English' }).click()
    await hand.getByRole('link', { name: /You are invited to a meeting/ }).waitFor()
    await look(hand, 'my-news-large', { only: 'phone' })
    await hand.context().setOffline(true)
    await hand.getByText('No network. These came before.').waitFor()
    await look(hand, 'my-news-offline', { only: 'phone', axe: 'phone' })
    await hand.context().setOffline(false)
    await hand.getByRole('button', { name: 'Sign out' }).click()
    await hand.getByLabel(/^Phone/).waitFor()
    expect(await hand.getByText(TALK).count()).toBe(0)
    await hand.goto('/my/news')
    await hand.getByLabel(/^Phone/).waitFor()
    await hand.context().close()
  })

  it('is called off, told again, and recorded when it was held after all', async () => {
    await work(page, button('取消会议'))
    const dialog = page.getByRole('dialog')
    await fill(page, dialog.getByRole('textbox'), '台风')
    await work(page, dialog.getByRole('button', { name: '取消会议' }))
    await calls().getByText(/^取消：原定/).waitFor()
    await look(page, 'talk-off', { only: 'desk' })
    await work(page, button('会已开过，直接记录'))
    await fill(page, page.getByLabel('会议记录'), '十一户到会，要求路灯亮到十点。')
    await work(page, button('记录这一步'))
    await page.locator('[aria-current="step"]').getByRole('heading', { name: /意见答复公开/ }).waitFor()
  })

  it('finds nothing to better on the way', nothingFound)
})
