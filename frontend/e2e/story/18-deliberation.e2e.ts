/**
 * A village decides on a road under 四议两公开: proposed, discussed, deliberated, resolved, published, carried out, accepted, its result published.
 * The meeting's door is a code that a resident's phone reads. Then a group votes, one of it through a written proxy, and the households,
 * each with one vote.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import { PICTURE } from '../support/behind'
import { openBrowser } from '../support/browser'
import { Deciding, inDays, json, today } from '../support/deciding'
import { choose, fill, reach, work } from '../support/keyboard'
import { GUQIAO, Person, behind, phone } from '../support/people'
import { codeOf, withPhone } from '../support/residents'
import { look, nothingFound } from '../support/screens'

const ROAD = '五组机耕路硬化'
const LIST = '/api/supervision/v1/deliberations'
const REPRESENTATIVES = 9
const MOST_AT_ONCE = 500

let browser: Browser
let official: Person
let page: Page
let people: string[] = []
const village = behind(GUQIAO.account('village_official'))
const deciding = new Deciding(GUQIAO)
const { give } = deciding

beforeAll(async () => {
  browser = await openBrowser()
  official = await Person.signedIn(browser, GUQIAO.account('village_official'))
  page = official.page
})
afterAll(async () => browser?.close())

const button = (name: string | RegExp): Locator => page.getByRole('button', { name, exact: true })
/** The step that is due says so before anybody acts on it. */
const now = (step: string): Promise<void> => page.locator('[aria-current="step"]').getByRole('heading', { level: 2 }).filter({ hasText: step }).waitFor()

async function publish(title: string, next: string): Promise<string> {
  const shown = await deciding.publish('affairs')
  await page.goto(`/deliberations/${deciding.id}`)
  await now(title)
  await choose(page, page.getByRole('combobox', { name: '村务' }), `${ROAD}（${title}）`)
  await work(page, button('开始公示'))
  await page.getByText(/^公示到/).waitFor()
  deciding.waited()
  await page.reload()
  await now(title)
  await work(page, button('公示期满，进入下一步'))
  if (next) await now(next)
  else await page.getByText('已办结', { exact: true }).waitFor()
  return shown
}

async function close(next: string): Promise<void> {
  await work(page, button('结束会议并计票'))
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await work(page, dialog.getByRole('button', { name: '结束会议并计票' }))
  await now(next)
}

describe.skipIf(!process.env.LINLI_DATA)('a village decides on a road', () => {
  it('is proposed by the branch and discussed by the two committees', async () => {
    await page.goto('/deliberations/new')
    await choose(page, page.getByLabel(/^程序/), '四议两公开 · 形成决议')
    await fill(page, page.getByLabel(/^议题/), ROAD)
    await fill(page, page.getByLabel(/^要决定什么/), '五组机耕路 800 米，概算 24 万元。')
    await work(page, button('发起议事'))
    await page.waitForURL(/deliberations\/[0-9a-f-]{36}$/)
    deciding.id = new URL(page.url()).pathname.split('/').at(-1)!
    for (const [step, next] of [['党组织提议', '商议'], ['商议', '党员大会审议']]) {
      await now(step!)
      await fill(page, page.getByLabel('会议记录'), '同意，按程序进行。')
      await work(page, button('记录这一步'))
      await now(next!)
    }
  })

  it('is deliberated by the Party members on the roll of the registry', async () => {
    await work(page, button('锁定名册'))
    await fill(page, page.getByLabel(/^地点/), '村部会议室')
    await work(page, button('通知会议'))
    await work(page, button('开始会议'))
    const roll = page.getByRole('region', { name: /^名册 党员/ })
    for (const what of ['登记到会', '同意']) {
      await roll.getByRole('checkbox', { name: '选中全部' }).waitFor()
      await reach(page, roll.getByRole('checkbox', { name: '选中全部' }))
      await page.keyboard.press('Space')
      await act(roll, what)
      await roll.getByText('已选 0').waitFor()
    }
    await look(page, 'deliberation-meeting')
    people = await deciding.roll('party_members')
    expect(people.length).toBeGreaterThan(REPRESENTATIVES)
    deciding.people = people.slice(0, REPRESENTATIVES)
    await close('代表会议决议')
  })

  it('lets a representative in by the code at the door', async () => {
    const due = await deciding.read()
    const { steps, position } = await deciding.sit(due.steps[due.position]!)
    const { number, tail, resident } = await withPhone(GUQIAO, deciding.people)
    const hand = await phone(browser)
    await hand.goto(`/v/d/${deciding.id}?c=${steps[position]!.check_in}`)
    await hand.getByLabel(/^手机号/).fill(number)
    await hand.getByRole('button', { name: '获取验证码' }).click()
    await hand.getByLabel(/^验证码/).fill(await codeOf(number))
    await hand.getByLabel(/^身份证后四位/).fill(tail)
    await hand.getByRole('button', { name: '登录' }).click()
    await hand.getByRole('heading', { name: ROAD }).waitFor()
    await look(hand, 'deliberation-door', { only: 'phone' })
    await hand.getByRole('button', { name: '我到会了' }).click()
    await hand.getByRole('status').filter({ hasText: '已签到' }).first().waitFor()
    await hand.getByText('请在会场投票。').waitFor()
    await hand.context().close()
    const others = deciding.people.filter((one) => one !== resident)
    await deciding.meeting('attendance', { body: 'representatives', residents: others })
    await deciding.meeting('votes', { body: 'representatives', residents: [resident, ...others], choice: 'for' })
  })

  it('is resolved and the resolution is shown for its days', async () => {
    await page.reload()
    await page.getByText('扫码到会').waitFor()
    await close('决议公开')
    await publish('决议公开', '组织实施')
  })

  it('is carried out by milestones, each with a picture', async () => {
    await fill(page, page.getByLabel(/^负责人/), '李国强')
    await fill(page, page.getByLabel(/^概算/), '240000')
    await fill(page, page.getByLabel('第 1 项', { exact: false }).first(), '浇筑路面')
    // The order of a native field's parts is the machine's own.
    const due = page.getByLabel(/^第 1 项期限/)
    await reach(page, due)
    await due.evaluate((field: HTMLInputElement, day) => {
      field.value = day
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }, inDays(20))
    await look(page, 'deliberation-plan')
    await work(page, button('确定实施计划'))
    await page.getByText('1. 浇筑路面').waitFor()
    await fill(page, page.getByLabel(/^进度说明/), '已浇筑完成，养护七天。')
    await page.locator('.capture').filter({ has: page.getByRole('button', { name: /这一项的照片/ }) }).locator('input[type=file]').first().setInputFiles({ name: '路面.png', mimeType: 'image/png', buffer: PICTURE })
    await page.getByText('这一项的照片和材料 1 份').waitFor()
    await reach(page, page.getByRole('checkbox', { name: '这一项已完成' }))
    await page.keyboard.press('Space')
    await look(page, 'deliberation-report')
    await work(page, button('填报进度'))
    await fill(page, page.getByLabel(/^实际支出/), '238600.50')
    await work(page, button('报请监督委员会验收'))
    await page.getByText('等待验收意见').waitFor()
  })

  it('is accepted by the supervision committee', async () => {
    const supervisor = await Person.signedIn(browser, GUQIAO.account('supervisor'))
    await supervisor.page.goto(`/deliberations/${deciding.id}`)
    await fill(supervisor.page, supervisor.page.getByLabel(/^验收意见/), '实测长 800 米，账据相符。')
    await look(supervisor.page, 'deliberation-acceptance')
    await work(supervisor.page, supervisor.page.getByRole('button', { name: '验收合格', exact: true }))
    await supervisor.page.locator('[aria-current="step"]').getByText('实施结果公开').waitFor()
    await supervisor.leave()
  })

  it('ends with the published result, which anybody reads', async () => {
    const shown = await publish('实施结果公开', '')
    await look(page, 'deliberation-finished')
    const anybody = await phone(browser)
    await anybody.goto(`/disclosures/${shown}`)
    await anybody.getByText('实际支出：238,600.50 元').waitFor()
    await anybody.context().close()
  })
})

describe.skipIf(!process.env.LINLI_DATA)('those who are away and those who live together', () => {
  it('counts somebody away whose proxy is in writing', async () => {
    await deciding.begin('group_meeting', '二组晒谷坪硬化')
    const members = people.slice(0, 5)
    await give('enrol', { listed: { group_members: members } })
    await give('call', { at: new Date().toISOString(), place: '二组晒谷坪' })
    await give('sit')
    await deciding.meeting('attendance', { body: 'group_members', residents: members.slice(1) })
    const [absent, speaker] = await named(members)
    await page.goto(`/deliberations/${deciding.id}`)
    await now('小组会议表决')
    const roll = page.getByRole('region', { name: /^名册 小组成员/ })
    const note = roll.getByRole('button', { name: '登记委托', exact: true })
    await mark(roll, `选中 ${absent}`)
    await choose(page, roll.getByRole('combobox', { name: new RegExp(`^${absent} 委托谁`) }), speaker!)
    await work(page, note)
    await page.getByText(/委托须有书面委托书/).first().waitFor()
    await roll.locator('.capture input[type=file]').first().setInputFiles({ name: '委托书.png', mimeType: 'image/png', buffer: PICTURE })
    await page.getByRole('button', { name: /委托书\.png/ }).first().waitFor()
    await look(page, 'deliberation-proxy')
    await work(page, note)
    await roll.getByText(`由 ${speaker} 代`).waitFor()
    await mark(roll, '选中全部')
    await act(roll, '同意')
    await roll.getByText('已选 0').waitFor()
    await fill(page, page.getByLabel('会议记录'), '组长说明方案，逐户问过意见，现场表决。')
    await close('决定及时公布')
    await page.getByText(/应到 5 人，实到 5 人（其中委托 1）.*同意 5 票.*通过/).waitFor()
    await page.getByText('组长说明方案，逐户问过意见，现场表决。').waitFor()
  })

  it('gives every household one vote', async () => {
    await deciding.begin('households_meeting', '集体鱼塘发包')
    await give('record', { held_on: today(), result: 'agreed' })
    await give('enrol')
    await give('call', { at: new Date(Date.now() + 11 * 86_400_000).toISOString(), place: '村部会议室' })
    deciding.waited()
    await give('sit')
    const homes = await households()
    const { home, name, other } = await together(homes)
    const others = homes.filter((one) => one !== home).map((one) => one[0]!)
    for (let at = 0; at < others.length; at += MOST_AT_ONCE) {
      const residents = others.slice(at, at + MOST_AT_ONCE)
      await deciding.meeting('attendance', { body: 'villagers', residents })
      await deciding.meeting('votes', { body: 'villagers', residents, choice: 'for' })
    }
    await page.goto(`/deliberations/${deciding.id}`)
    await now('户代表表决')
    const roll = page.getByRole('region', { name: /^名册 村（居）民/ })
    await fill(page, roll.getByLabel('按姓名筛选'), name)
    const second = roll.getByRole('checkbox', { name: `选中 ${other}`, exact: true })
    await mark(roll, `选中 ${name}`)
    await act(roll, '登记到会')
    await roll.getByText('本户已到会').waitFor()
    await mark(roll, `选中 ${name}`)
    await mark(roll, `选中 ${other}`)
    await roll.getByText(/同一户只选一人/).waitFor()
    expect(await roll.getByRole('button', { name: '反对', exact: true }).isDisabled()).toBe(true)
    await look(page, 'deliberation-households')
    await mark(roll, `选中 ${other}`)
    await act(roll, '反对')
    await roll.getByText('本户已投票').waitFor()
    expect(await second.isDisabled()).toBe(true)
    await close('决定公开')
    await page.getByText(new RegExp(`应到 ${homes.length} 户，实到 ${homes.length} 户.*同意 ${others.length} 票，反对 1 票`)).waitFor()
  })

  it('finds nothing to better on the way', nothingFound)
})

async function named(residents: string[]): Promise<string[]> {
  const { items } = await json<{ items: { id: string; name: string }[] }>(await village.api('POST', '/api/registry/v1/residents/names', { ids: residents }))
  return residents.map((one) => items.find((found) => found.id === one)!.name)
}

/** From the marks back to the acts, which stand above the people. */
async function act(roll: Locator, name: string): Promise<void> {
  await reach(page, roll.getByRole('button', { name, exact: true }), { backwards: true })
  await page.keyboard.press('Enter')
}

async function mark(roll: Locator, name: string): Promise<void> {
  await reach(page, roll.getByRole('checkbox', { name, exact: true }))
  await page.keyboard.press('Space')
}

/** The roll by household, as the registry gave it. */
async function households(): Promise<string[][]> {
  const homes = new Map<string, string[]>()
  for (let cursor: string | null = ''; cursor !== null; ) {
    const listed: { items: { resident: string; household: string | null }[]; next_cursor: string | null } = await json(
      await village.api('GET', `${LIST}/${deciding.id}/roll?body=villagers&limit=200${cursor && `&cursor=${cursor}`}`),
    )
    for (const one of listed.items) {
      const key = one.household ?? one.resident
      homes.set(key, [...(homes.get(key) ?? []), one.resident])
    }
    cursor = listed.next_cursor
  }
  return [...homes.values()]
}

/** A household of several on the roll's first page, of whom two have names that nobody else there has. */
async function together(homes: string[][]): Promise<{ home: string[]; name: string; other: string }> {
  const first = homes.slice(0, 40)
  const names = await named(first.flat().slice(0, 200))
  const alone = (name: string): boolean => names.filter((one) => one.includes(name)).length === 1
  for (const home of first.filter((one) => one.length > 1)) {
    const [name, other] = await named(home)
    if (alone(name!) && alone(other!)) return { home, name: name!, other: other! }
  }
  throw new Error('no household of two with names of their own')
}
