/**
 * Somebody without papers and her household, through every event a household knows, until she moves to another county.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { GUQIAO, HUAPING, Person } from '../support/people'
import { look, nothingFound } from '../support/screens'

// Other names every time, so that a system that runs already can be tested twice.
const TAG = String.fromCharCode(0x4e00 + (Math.floor(Date.now() / 1000) % 20_000))
const [SHE, BROTHER, HUSBAND, BABY, ADOPTED, ALONE] = ['云', '山', '成', '雨', '收', '独'].map((name) => `迁${TAG}${name}`) as [string, string, string, string, string, string]
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64')
const DESK = { axe: 'desk' } as const
let browser: Browser
let clerk: Person
/** The same clerk with a mouse. */
let page: Page
let panel: Locator

beforeAll(async () => {
  browser = await openBrowser()
  clerk = await Person.signedIn(browser, HUAPING.account('clerk'))
  page = await clerk.context.newPage()
  panel = page.getByRole('dialog')
})
afterAll(async () => browser?.close())

const said = (text: string): Promise<void> => page.getByRole('status').filter({ hasText: text }).first().waitFor()
const button = (name: string | RegExp, where: Page | Locator = panel): Locator => where.getByRole('button', { name, exact: typeof name === 'string' })

async function pick(label: RegExp, text: string): Promise<void> {
  const box = panel.getByLabel(label)
  await box.selectOption(await box.locator('option').filter({ hasText: text }).first().getAttribute('value'))
}
async function find(name: string, at = 0): Promise<void> {
  await panel.getByPlaceholder('姓名、拼音或证件号').nth(at).fill(name)
  await button('查找').nth(at).click()
  await panel.getByRole('radio', { name: new RegExp(`^${name}`) }).check()
}
async function somebodyNew(name: string, sex: string, born: string): Promise<void> {
  await panel.getByLabel(/^姓名/).fill(name)
  await panel.getByLabel(/^证件类型/).selectOption({ label: '暂无证件' })
  await panel.getByLabel(/^性别/).selectOption({ label: sex })
  await panel.getByLabel(/^出生日期/).fill(born)
}
/** Begins an event, fills its form, looks at it if it has a name for its picture, and registers it; it then heads the list of events. */
async function happen(kind: string, fill: () => Promise<void>, picture?: string, choose = '办理人户事项'): Promise<void> {
  await page.getByLabel(choose).selectOption({ label: kind })
  await button('办理', page).click()
  await panel.getByRole('heading', { name: kind }).waitFor()
  await fill()
  if (picture) await look(page, `life-${picture}`, DESK)
  await button('登记').click()
  await panel.waitFor({ state: 'hidden' })
  await page.locator('.events .lines li').first().getByText(kind, { exact: true }).waitFor()
}
const isMember = (name: string): Promise<void> => page.locator('tbody').getByRole('link', { name }).waitFor()

describe('a person without papers', () => {
  it('is registered, after a wrong number was refused with its reason', async () => {
    await page.goto('/people')
    await button('登记新人员', page).click()
    await panel.getByLabel(/^姓名/).fill(SHE)
    await panel.getByLabel(/^证件号码/).fill('421202199005010021')
    await button('登记').click()
    await panel.getByText(/校验/).first().waitFor()
    await look(page, 'life-register-refused', DESK)
    await panel.getByLabel(/^证件类型/).selectOption({ label: '暂无证件' })
    await panel.getByLabel(/^性别/).selectOption({ label: '女' })
    await panel.getByLabel(/^出生日期/).fill('1990-05-01')
    await button('登记').click()
    await page.getByRole('heading', { level: 1, name: new RegExp(SHE) }).waitFor()
  })

  it('is changed, and the change is taken back', async () => {
    await button(/^修改登记/, page).click()
    await panel.getByLabel(/^首选电话/).fill('13800008888')
    await panel.getByLabel(/^原因/).fill('本人申报')
    await button('保存').click()
    await said('已修改')
    await page.getByText(/138.*8888/).first().waitFor()
    await page.getByRole('link', { name: '历史与核实' }).click()
    await button('撤销这次修改', page).first().click()
    await panel.getByLabel(/^原因/).fill('登记错了')
    await button('撤销这次修改').click()
    await said('已撤销')
    await page.getByRole('checkbox', { name: '姓名' }).check()
    await button(/^核实所选/, page).click()
    await said('已记下核实')
    await page.goBack()
  })

  it('has a household of her own', async () => {
    await button('立户', page).click()
    await panel.getByLabel('新的地址').check()
    await panel.getByLabel(/^新住址/).fill('花坪村9组99号')
    await button('登记').click()
    await page.getByRole('heading', { level: 1, name: `户主 ${SHE}` }).waitFor()
  })
})

describe('her household', () => {
  it('has a birth shown by a paper, which was registered by mistake', async () => {
    await happen('出生', async () => {
      await panel.getByLabel(/^姓名/).fill(BABY)
      await panel.getByLabel(/^性别/).selectOption({ label: '女' })
      await panel.getByLabel(new RegExp(SHE)).check()
      await panel.locator('input[type=file]').first().setInputFiles({ name: '出生医学证明.png', mimeType: 'image/png', buffer: PICTURE })
      await panel.getByText('出生医学证明.png').waitFor()
    }, 'birth')
    await page.getByRole('button', { name: /查看 出生医学证明/ }).waitFor()
    await isMember(BABY)
    await button('更正', page).click()
    await panel.getByLabel(/^原因/).fill('登记错了户')
    await button('登记').click()
    await page.getByText('已更正').first().waitFor()
  })

  it('takes in a brother, a husband and a child', async () => {
    await happen('迁入', async () => {
      await somebodyNew(BROTHER, '男', '1992-01-01')
      await pick(/^与户主关系/, '弟')
    })
    await happen('婚入', async () => {
      await somebodyNew(HUSBAND, '男', '1988-01-01')
      await pick(/^本户配偶/, SHE)
    }, 'marriage-in')
    await happen('收养', async () => {
      await somebodyNew(ADOPTED, '女', '2020-01-01')
      await panel.getByLabel(new RegExp(SHE)).check()
      await panel.getByLabel(new RegExp(HUSBAND)).check()
    })
    for (const name of [BROTHER, HUSBAND, ADOPTED]) await isMember(name)
  })

  it('is headed by the husband, and lives at another address', async () => {
    await happen('变更户主', () => pick(/^新户主/, HUSBAND))
    await page.getByRole('heading', { level: 1, name: `户主 ${HUSBAND}` }).waitFor()
    await button('变更住址', page).click()
    await panel.getByLabel('新的地址').check()
    await panel.getByLabel(/^新住址/).fill('花坪村9组100号')
    await button('登记搬家').click()
    await panel.waitFor({ state: 'hidden' })
    await page.getByText('花坪村9组100号').first().waitFor()
  })

  it('sees the brother leave, return, part with it, join it again and die, and the couple part', async () => {
    await happen('迁出', () => panel.getByLabel(new RegExp(BROTHER)).check())
    await happen('返回', async () => {
      await panel.getByRole('radio', { name: '已登记的人' }).check()
      await find(BROTHER)
      await panel.getByLabel(/^居住状态/).selectOption({ label: '户籍外出' })
    })
    await happen('分户', async () => {
      await panel.getByRole('checkbox', { name: new RegExp(BROTHER) }).check()
      await pick(/^新户的户主/, BROTHER)
      await panel.getByLabel(/^新住址/).fill('花坪村9组101号')
    }, 'split')
    await happen('并户', () => find(BROTHER))
    await isMember(BROTHER)
    await happen('死亡', () => pick(/^本户成员/, BROTHER))
    await happen('离婚', () => pick(/^本户成员/, SHE))
    await look(page, 'life-household', DESK)
  })
})

describe('somebody in no household', () => {
  it('dies, which was a mistake, and moves away', async () => {
    const household = page.url()
    await page.goto('/people')
    await button('登记新人员', page).click()
    await panel.getByLabel(/^姓名/).fill(ALONE)
    await panel.getByLabel(/^证件类型/).selectOption({ label: '暂无证件' })
    await panel.getByLabel(/^性别/).selectOption({ label: '男' })
    await panel.getByLabel(/^出生日期/).fill('1950-05-01')
    await button('登记').click()
    await page.getByRole('heading', { level: 1, name: new RegExp(ALONE) }).waitFor()
    await happen('死亡', async () => {
      await panel.locator('input[type=file]').first().setInputFiles({ name: '死亡证明.png', mimeType: 'image/png', buffer: PICTURE })
      await panel.getByText('死亡证明.png').waitFor()
    }, 'alone-death', '办理个人事项')
    await page.getByRole('button', { name: /查看 死亡证明/ }).waitFor()
    await look(page, 'life-alone', DESK)
    await button('更正', page).click()
    await panel.getByLabel(/^原因/).fill('重名，登记错了人')
    await button('登记').click()
    await page.getByText('已更正').first().waitFor()
    await happen('迁出', () => Promise.resolve(), undefined, '办理个人事项')
    await page.goto(household)
    await page.getByRole('heading', { level: 1, name: /^户主/ }).waitFor()
  })
})

describe('a transfer to another county', () => {
  let there: Page
  let theirs: Person
  const state = async (who: Person, side: string): Promise<string | undefined> =>
    ((await (await who.api('GET', `/api/registry/v1/transfers?side=${side}`)).json()) as { items: { state: string }[] }).items[0]?.state

  it('is asked for', async () => {
    await button('申请转往外县', page).click()
    for (const name of [SHE, ADOPTED]) await panel.getByLabel(new RegExp(name)).check()
    await panel.getByLabel(/^迁入地/).fill('古桥社区')
    await button('查找').click()
    await panel.getByLabel(new RegExp(GUQIAO.division)).check()
    await panel.getByLabel(/^原因/).fill('随女儿居住')
    await panel.locator('input[type=file]').first().setInputFiles({ name: '准迁证.png', mimeType: 'image/png', buffer: PICTURE })
    await panel.getByText('准迁证.png').waitFor()
    await look(page, 'life-transfer', DESK)
    await button('申请转往外县').click()
    await said('已发出')
  })

  it('is accepted there, and the first county lets them go', async () => {
    theirs = await Person.signedIn(browser, GUQIAO.account('clerk'))
    there = await theirs.context.newPage()
    await expect.poll(() => state(theirs, 'destination')).toBe('waiting')
    await there.goto('/people/transfers')
    await there.getByRole('cell', { name: new RegExp(SHE) }).click()
    const answer = there.getByRole('dialog')
    const [paper] = await Promise.all([there.waitForEvent('download'), button('查看 准迁证.png', answer).click()])
    expect(paper.suggestedFilename()).toBe('准迁证.png')
    await answer.getByLabel('新的地址').check()
    await answer.getByLabel(/^新住址/).fill('古桥社区8栋201')
    await look(there, 'life-transfer-answer', DESK)
    await button('接收', answer).click()
    await there.getByRole('status').filter({ hasText: '已接收' }).first().waitFor()
    await expect.poll(() => state(clerk, 'origin')).toBe('done')
    await page.goto('/people/transfers?side=origin')
    await page.getByText('已完成').first().waitFor()
    await look(page, 'life-transfers', DESK)
  })

  it('keeps the first county from having her again but by a transfer back', async () => {
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: /^户主/ }).waitFor()
    await page.getByLabel('办理人户事项').selectOption({ label: '返回' })
    await button('办理', page).click()
    await panel.getByRole('radio', { name: '已登记的人' }).check()
    await find(SHE)
    await button('登记').click()
    await panel.getByRole('alert').filter({ hasText: '此人已转往华蓥市' }).waitFor()
    await look(page, 'life-way-back', DESK)
    await panel.getByRole('link', { name: '看待接收的转移' }).click()
    await page.getByRole('heading', { level: 1, name: '跨县转移' }).waitFor()
  })

  it('leaves nothing to better on the way', nothingFound)
})
