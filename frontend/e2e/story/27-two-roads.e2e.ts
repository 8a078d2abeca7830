/**
 * The same road under the two other procedures. What they share with 四议两公开 is done behind the story; by keyboard and on the screen is what is
 * their own: the five categories of 四议五公开 and its cost that must be told, and the residents' judgement of 五议两公开, which is published whatever
 * it says. Neither can be passed by, and the screen says so.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { Deciding } from '../support/deciding'
import { choose, fill, work } from '../support/keyboard'
import { peopled, staffed } from '../support/newVillage'
import { HUAPING, MAJIA, Person, phone } from '../support/people'
import { bring, step } from '../support/publishing'
import { look, nothingFound } from '../support/screens'

const ROAD = '七组机耕路硬化'
const FIVE = ['党务', '村务', '财务', '服务', '事务']
const UNCONTENT = '到会 31 人，满意 12 人；路肩未夯实，排水沟没有清。'

let browser: Browser
let official: Person
let page: Page
let road: Deciding

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(async () => browser?.close())

const button = (name: string | RegExp): Locator => page.getByRole('button', { name, exact: true })
const due = (): Locator => page.locator('[aria-current="step"]')
/** The step that is due now says so before anybody acts on it. */
const now = (step: string): Promise<void> => due().getByRole('heading', { level: 2 }).filter({ hasText: step }).waitFor()
const line = (category: string): Locator => page.getByRole('list', { name: '要公开的' }).getByRole('listitem').filter({ hasText: category })
async function open(step: string): Promise<void> {
  await page.goto(`/deliberations/${road.id}`)
  await now(step)
}
/** What the public page of the village says, on a telephone. */
async function everybody(path: string, read: (hand: Page) => Promise<void>): Promise<void> {
  const hand = await phone(browser)
  await hand.goto(path)
  await read(hand)
  await hand.context().close()
}

describe.skipIf(!process.env.LINLI_DATA)('四议五公开', () => {
  it('names its steps and five categories before it is begun', async () => {
    official = await Person.signedIn(browser, HUAPING.account('village_official'))
    page = official.page
    road = new Deciding(HUAPING)
    await page.goto('/deliberations/new')
    await choose(page, page.getByLabel(/^程序/), '四议五公开 · 形成决议')
    const steps = page.getByRole('complementary', { name: '程序' })
    await steps.getByText(`公开类别：${FIVE.join('、')}`).waitFor()
    await steps.getByRole('listitem').filter({ hasText: '须报实际支出' }).waitFor()
    await fill(page, page.getByLabel(/^议题/), ROAD)
    await fill(page, page.getByLabel(/^要决定什么/), '七组机耕路 800 米，概算 24 万元，由村集体经费列支。')
    await look(page, 'roads-new')
    await work(page, button('发起议事'))
    await page.waitForURL(/deliberations\/[0-9a-f-]{36}$/)
    road.id = new URL(page.url()).pathname.split('/').at(-1)!
    await now('党支部提议')
  })

  it('cannot be shown before something is published under each of the five', async () => {
    await road.upTo('publish_five')
    for (const category of ['party', 'affairs', 'finance']) await road.draft(category)
    await open('五类公开')
    for (const category of FIVE.slice(3)) {
      await work(page, line(category).getByRole('button', { name: '起草' }))
      await line(category).getByText('草稿').waitFor()
    }
    expect(await button('开始公示').isDisabled(), 'nothing is published yet').toBe(true)
    await look(page, 'roads-five-drafted')
    const [last, ...others] = (await road.begun()).reverse()
    for (const shown of others) await bring(HUAPING, shown.id)
    await open('五类公开')
    await due().getByText(`还不能开始公示，还差：${FIVE.at(-1)}`).waitFor()
    await work(page, line(FIVE.at(-1)!).getByRole('link'))
    await work(page, button('提交审核'))
    await button('提交审核').waitFor({ state: 'hidden' })
    const supervisor = await Person.signedIn(browser, HUAPING.account('supervisor'))
    await supervisor.page.goto(`/deliberations/${road.id}`)
    await supervisor.page.getByText('由两委干部办理，您可以查看进展。').waitFor()
    await look(supervisor.page, 'roads-five-committee', { only: 'phone' })
    await work(supervisor.page, supervisor.page.getByRole('list', { name: '要公开的' }).getByRole('listitem').filter({ hasText: '待审核' }).getByRole('link'))
    const check = supervisor.page.getByRole('button', { name: '审核通过', exact: true })
    await work(supervisor.page, check)
    await check.waitFor({ state: 'hidden' })
    await supervisor.leave()
    await step(HUAPING, last!.id, 'publish', 'village_official')
  })

  it('shows all five to everybody for its days and is not ended before', async () => {
    await open('五类公开')
    await work(page, button('开始公示'))
    await page.getByText(/^公示到/).waitFor()
    expect(await button('公示期满，进入下一步').count(), 'nobody ends it early').toBe(0)
    const early = await road.try('conclude')
    expect([early.status, ((await early.json()) as { code: string }).code]).toEqual([409, 'supervision.deliberation_still_shown'])
    await look(page, 'roads-five-shown')
    await everybody(`/disclosures?division=${HUAPING.division}`, async (hand) => {
      await hand.getByRole('link', { name: `${ROAD}（五类公开）` }).nth(FIVE.length - 1).waitFor()
      await look(hand, 'roads-five-public', { only: 'phone' })
    })
    road.waited()
    await open('五类公开')
    await work(page, button('公示期满，进入下一步'))
    await now('组织实施和验收')
  })

  it('asks what it has cost, which is published with the result', async () => {
    await road.reach()
    await open('组织实施和验收')
    expect(await button('报请监督委员会验收').isDisabled(), 'the procedure asks for the cost').toBe(true)
    await fill(page, page.getByLabel(/^实际支出/), '238600.50')
    await work(page, button('报请监督委员会验收'))
    await page.getByText(/^等待验收意见/).waitFor()
    await road.accept()
    await road.show()
    const accounts = (await road.begun()).find((one) => one.category === 'finance')
    road.waited()
    await open('实施结果公开')
    await work(page, button('公示期满，进入下一步'))
    await page.getByText('已办结', { exact: true }).waitFor()
    await everybody(`/disclosures/${accounts!.id}`, (hand) => hand.getByText('实际支出：238,600.50 元').waitFor())
    await official.leave()
  })
})

describe.skipIf(!process.env.LINLI_DATA)('五议两公开', () => {
  it('comes to the residents before its result is published', async () => {
    await staffed(MAJIA, { village_official: '冯德明', clerk: '庞小兰', supervisor: '向世友' })
    const people = await peopled(MAJIA, ['蒲正国', '向德芳', '符永贵', '赵天秀', '庞光明', '何素珍', '牟长春', '冉启碧', '覃世荣'], 3)
    road = new Deciding(MAJIA, people)
    await road.begin('five_deliberations_two_disclosures', ROAD)
    await road.upTo('evaluate')
    official = await Person.signedIn(browser, MAJIA.account('village_official'))
    page = official.page
    await open('村（居）民评议')
    await due().getByText('两种结果都进入“实施结果公开”，评议结果随它公开。').waitFor()
    expect(await button('开始公示').count(), 'the result is not published before people have judged').toBe(0)
    const ahead = await road.try('publish', { disclosures: [crypto.randomUUID()] })
    expect([ahead.status, ((await ahead.json()) as { detail: string }).detail]).toEqual([409, '这一步还没有办，现在不能开始公示；各步须依次进行，不能跳过'])
  })

  it('takes their word as it is', async () => {
    await work(page, button('会已开过，直接记录'))
    await choose(page, page.getByLabel('评议结果'), '不满意')
    await fill(page, page.getByLabel('评议情况'), UNCONTENT)
    await look(page, 'roads-judging')
    await work(page, button('记录评议结果'))
    await now('实施结果公开')
    await page.getByText(UNCONTENT).waitFor()
  })

  it('publishes it with the result, which anybody reads', async () => {
    await work(page, line('村务').getByRole('button', { name: '起草' }))
    await line('村务').getByText('草稿').waitFor()
    const [shown] = await road.begun()
    await bring(MAJIA, shown!.id)
    await open('实施结果公开')
    await work(page, button('开始公示'))
    await page.getByText(/^公示到/).waitFor()
    await look(page, 'roads-judged', { only: 'desk' })
    await everybody(`/disclosures/${shown!.id}`, async (hand) => {
      await hand.getByText(`村（居）民评议，不满意：${UNCONTENT}`).waitFor()
      await look(hand, 'roads-judged-public', { only: 'phone' })
    })
    await official.leave()
  })

  it('finds nothing to better on the way', nothingFound)
})
