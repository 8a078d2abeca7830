/**
 * A village brings its own list of 2,000 people, with the mistakes that lists have, and lives on with it: what is wrong is read, repaired
 * and uploaded again, somebody listed twice becomes one person and two again, one is born and one dies, and the figures follow.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { choose, fill, work } from '../support/keyboard'
import { python } from '../support/paths'
import { HUAPING, Person } from '../support/people'
import { look, nothingFound } from '../support/screens'

const LIST = fileURLToPath(new URL('../support/village_list.py', import.meta.url))
const FOLDER = mkdtempSync(join(tmpdir(), 'linli-list-'))
const [FIRST_COPY, MARKED_COPY, REPAIRED_COPY] = ['花坪村花名册.xlsx', '标注版.xlsx', '花坪村花名册（改好）.xlsx'].map((name) => join(FOLDER, name)) as [string, string, string]
// Another village every time, so that a system that runs already can be tested twice.
const SEED = String(Math.floor(Date.now() / 1000) % 100_000)
const MINUTE = 60_000

interface Known {
  people: number
  households: number
  faulty: number
  married: Named
  surplus: { name: string }
  elder: Named
  young: Named
  first: { row: number; right: string }
}
interface Named {
  name: string
  number: string
}

let browser: Browser
let clerk: Person
let page: Page
let list: Known

beforeAll(async () => {
  browser = await openBrowser()
  list = JSON.parse(python([LIST, 'write', SEED, FIRST_COPY])) as Known
  clerk = await Person.signedIn(browser, HUAPING.account('clerk'))
  page = clerk.page
})
afterAll(async () => browser?.close())

const button = (name: RegExp | string): Locator => page.getByRole('button', { name, exact: typeof name === 'string' })

describe('a list of a village', () => {
  it('is put in from the people’s area', async () => {
    await work(page, page.getByRole('link', { name: '人户' }).first())
    await work(page, page.getByRole('link', { name: '名单导入导出' }))
    await page.getByRole('heading', { level: 1, name: '名单导入导出' }).waitFor()
    await page.locator('input[type=file]').setInputFiles(FIRST_COPY)
    await page.getByRole('heading', { name: '这些列认得对吗？' }).waitFor()
    await look(page, 'import-columns')
  })

  it('asks for the columns it did not recognise', async () => {
    expect(await button('下一步：检查').isDisabled()).toBe(true)
    await page.getByText('请至少指定“姓名”').waitFor()
    await choose(page, columnOf('人员'), '姓名')
    await choose(page, columnOf('包户干部电话'), '不导入')
    await choose(page, columnOf('本人联系'), '联系电话')
    await work(page, button('下一步：检查'))
    await page.getByText(`共 ${list.people} 人 ${list.households} 户`).waitFor({ timeout: 2 * MINUTE })
  }, 5 * MINUTE)

  it('is told what is wrong, row by row and kind by kind', async () => {
    await expect.poll(() => countOf('有错误')).toBe(list.faulty)
    await look(page, 'import-findings')
    await work(page, button(/科学计数法/))
    await expect.poll(() => page.getByText(/^第 \d+ 行$/).count()).toBe(4)
  })

  it('mends one cell in place', async () => {
    await work(page, button(/校验位不符/))
    const row = page.getByRole('listitem').filter({ hasText: `第 ${list.first.row} 行` }).first()
    await fill(page, row.getByLabel('公民身份号码'), list.first.right)
    await page.keyboard.press('Enter')
    await row.getByText('这一行已没有错误').waitFor()
    await expect.poll(() => countOf('有错误')).toBe(list.faulty - 1)
  })

  it('is repaired in the marked copy and uploaded again from the same import', async () => {
    const downloading = page.waitForEvent('download', { timeout: 2 * MINUTE })
    await work(page, button(/下载标注版/))
    await (await downloading).saveAs(MARKED_COPY)
    const { repaired } = JSON.parse(python([LIST, 'repair', SEED, MARKED_COPY, REPAIRED_COPY])) as { repaired: number }
    expect(repaired).toBeGreaterThanOrEqual(list.faulty - 1)
    await page.locator('input[type=file]').setInputFiles(REPAIRED_COPY)
    await page.getByText('已按本县上次改好的对应关系填好').waitFor()
    await work(page, button('下一步：检查'))
    await page.getByText('没有发现错误，可以入库。').waitFor({ timeout: 2 * MINUTE })
    await look(page, 'import-clean')
  }, 5 * MINUTE)

  it('becomes part of the register', async () => {
    await work(page, button(`入库 ${list.people} 人`))
    await page.getByRole('heading', { name: '入库完成' }).waitFor({ timeout: 2 * MINUTE })
    await look(page, 'import-done')
    await work(page, page.getByRole('link', { name: '去看人员' }))
    await open(list.married)
    await page.getByRole('heading', { name: list.married.name }).first().waitFor()
  }, 5 * MINUTE)

  it('finds nothing to better on the way', nothingFound)
})

describe('a woman whom the list has twice', () => {
  const pair = (): Locator => page.getByRole('row').filter({ hasText: list.married.name }).filter({ hasText: list.surplus.name })

  it('is found by the comparison of new people', async () => {
    await work(page, page.getByRole('link', { name: '人户' }).first())
    await work(page, page.getByRole('link', { name: '疑似重复' }))
    // A page that is read anew before it came would be the one before.
    await page.getByRole('heading', { level: 1, name: '疑似重复' }).waitFor()
    await expect
      .poll(async () => {
        await page.reload()
        await page.getByRole('heading', { level: 1, name: '疑似重复' }).waitFor()
        return pair().first().waitFor({ timeout: 5_000 }).then(() => true, () => false)
      }, { timeout: 2 * MINUTE })
      .toBe(true)
    await work(page, pair().getByRole('link').first())
    await page.getByRole('heading', { level: 1, name: '两人比对' }).waitFor()
    await page.getByText('姓名同音').first().waitFor()
    await look(page, 'duplicate-compare')
  }, 5 * MINUTE)

  it('becomes one person', async () => {
    await work(page, button('合并为一人'))
    await reason('两条都是王秀英，嫁到本村二组，娘家名册里没有删')
    await work(page, page.getByRole('dialog').getByRole('button', { name: '合并为一人' }))
    await page.getByRole('heading', { level: 1, name: '合并记录' }).waitFor()
    await page.getByRole('region', { name: '保留的记录' }).getByText(list.married.name, { exact: true }).waitFor()
    await page.getByRole('region', { name: '并入的记录' }).getByText(list.surplus.name, { exact: true }).waitFor()
    await look(page, 'duplicate-merged')
  })

  it('is two again when the clerk regrets it', async () => {
    await work(page, button('撤销合并'))
    await reason('弄错了，是姐妹俩')
    await work(page, page.getByRole('dialog').getByRole('button', { name: '撤销合并' }))
    await page.getByText(/撤销：弄错了/).waitFor()
    await look(page, 'duplicate-undone')
  })

  it('finds nothing to better on the way', nothingFound)
})

describe('a death and a birth', () => {
  let before: Figures

  it('begins with the figures of the day', async () => {
    await atFigures()
    before = await figures()
    expect(before.people).toBeGreaterThanOrEqual(list.people)
  })

  it('takes somebody out of the household', async () => {
    await open(list.elder)
    await household()
    const panel = await event('死亡')
    await choose(page, panel.getByLabel(/^本户成员/), `${list.elder.name} 父亲`)
    await fill(page, panel.getByRole('textbox', { name: '凭据' }), '死亡医学证明 2026-117')
    await look(page, 'death')
    await work(page, panel.getByRole('button', { name: '登记', exact: true }))
    await panel.waitFor({ state: 'hidden' })
    await page.getByRole('listitem').filter({ hasText: '死亡' }).filter({ hasText: '2026-117' }).waitFor()
  })

  it('brings somebody into it', async () => {
    await open(list.young)
    await household()
    const panel = await event('出生')
    await fill(page, panel.getByLabel('姓名'), '高小满')
    await choose(page, panel.getByLabel('性别'), '女')
    await panel.getByRole('checkbox').first().waitFor()
    for (const parent of await panel.getByRole('checkbox').all()) await work(page, parent, 'Space')
    await fill(page, panel.getByRole('textbox', { name: '凭据' }), '出生医学证明 H420000001')
    await look(page, 'birth')
    await work(page, panel.getByRole('button', { name: '登记', exact: true }))
    await panel.waitFor({ state: 'hidden' })
    await page.getByRole('row').filter({ hasText: '高小满' }).waitFor()
    await look(page, 'household-after-birth')
  })

  it('moves the pyramid', async () => {
    await atFigures()
    await expect.poll(figures).toEqual({ people: before.people, girls: before.girls + 1, oldMen: before.oldMen - 1 })
    await look(page, 'pyramid')
  })

  it('finds nothing to better on the way', nothingFound)
})

function columnOf(header: string): Locator {
  return page.getByRole('combobox', { name: new RegExp(`${header}$`) })
}

async function countOf(outcome: string): Promise<number> {
  return Number(await page.getByRole('listitem').filter({ hasText: new RegExp(`^\\d+${outcome}$`) }).locator('b').innerText())
}

async function reason(text: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await fill(page, dialog.getByRole('textbox'), text)
}

/** Finds a person by the number on the card. */
async function open(person: Named): Promise<void> {
  await work(page, page.getByRole('link', { name: '人户' }).first())
  const box = page.getByRole('search', { name: '查找人员' }).getByRole('textbox')
  await fill(page, box, person.number)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: person.name }).waitFor()
}

async function household(): Promise<void> {
  await work(page, page.getByRole('link', { name: '看整户' }).first())
  await page.getByRole('combobox', { name: '办理人户事项…' }).waitFor()
}

async function event(kind: string): Promise<Locator> {
  await choose(page, page.getByRole('combobox', { name: '办理人户事项…' }), kind)
  await work(page, button('办理'))
  const panel = page.getByRole('dialog', { name: kind })
  await panel.waitFor()
  return panel
}

interface Figures {
  people: number
  girls: number
  oldMen: number
}

const pyramid = (): Locator => page.getByRole('region', { name: '年龄结构' })

async function atFigures(): Promise<void> {
  await work(page, page.getByRole('link', { name: '人口统计' }).first())
  await pyramid().waitFor()
}

/** What the screen of figures says: everybody, girls below five, men of eighty to eighty-four. */
async function figures(): Promise<Figures> {
  const cell = async (band: string, column: number): Promise<number> => numberOf(await pyramid().getByRole('row', { name: new RegExp(`^${band} 岁 `) }).locator('td').nth(column).innerText())
  return {
    people: numberOf(await page.locator('.figures dd').first().innerText()),
    girls: await cell('0–4', 1),
    oldMen: await cell('80–84', 0),
  }
}

const numberOf = (text: string): number => Number(text.replace(/\D/g, ''))
