/**
 * A village's list: put in as it is, its columns corrected, its errors repaired, stored, repeated, cancelled, failed; and a list taken out.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { choose, fill, work } from '../support/keyboard'
import { HUAPING, Person } from '../support/people'
import { look, nothingFound } from '../support/screens'

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const MANY = 18_000
const MINUTE = 60_000
let browser: Browser
let clerk: Person
let list = ''

beforeAll(async () => {
  browser = await openBrowser()
  clerk = await Person.signedIn(browser, HUAPING.account('clerk'))
})
afterAll(async () => browser?.close())

function numbered(birth: string, sequence: number): string {
  const digits = `${HUAPING.tenant}${birth}${String(sequence).padStart(3, '0')}`
  const sum = [...digits].reduce((total, digit, n) => total + Number(digit) * WEIGHTS[n]!, 0)
  return digits + '10X98765432'[sum % 11]
}
const HEAD = numbered('19620307', 951)
/** The last digit of the son's number is wrong, and the daughter's date is none. */
const SON = numbered('19901221', 953)
const WRONG = SON.slice(0, 17) + (SON.endsWith('0') ? '1' : '0')
const LIST = [
  '花坪村人口花名册,,,,,,,',
  '填表人：王敏,,,,,,,2026 年 11 月',
  '序号,成员姓名,与户主的关系,身份证号,出生年月,手机号码,现住址,公历生日',
  `1,陈书田,户主,${HEAD},1962.3.7,138 0000 1234,花坪村三组88号,`,
  `2,陈　明,长子,${WRONG},1990年12月21日,,,`,
  '3,陈小雨,孙女,,不详,,,2019-02-30',
  `4,周德福,户主,${numbered('19550101', 955)},1955年,0715-8888888,花坪村三组90号,`,
  '5,孙大田,户主,123,,,花坪村三组91号,',
].join('\r\n')

const FAMILY = [
  { name: '赵永昌', relation: '户主', years: 0 },
  { name: '钱玉兰', relation: '妻', years: 1 },
  { name: '赵志强', relation: '长子', years: 26 },
]

/** Families of three; the children of 1950 and later are born a generation after. */
function long(rows: number): string {
  const lines = Array.from({ length: rows }, (_, n) => {
    const { name, relation, years } = FAMILY[n % 3]!
    const family = Math.floor(n / 3)
    const day = new Date(Date.UTC(1950 + years, 0, 1 + family)).toISOString().slice(0, 10).replaceAll('-', '')
    return `${family},${name},${relation},${numbered(day, 961 + (n % 3))}`
  })
  return ['户号,姓名,与户主关系,身份证号', ...lines].join('\n')
}

async function put(content: string, name: string): Promise<void> {
  const { page } = clerk
  await page.goto('/people/lists')
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) })
  await page.waitForURL(/\/people\/lists\/[0-9a-f-]+$/)
}
const people = async (): Promise<number> =>
  ((await (await clerk.api('GET', '/api/registry/v1/statistics/population')).json()) as { residents: number }).residents

describe('a list of people', () => {
  it('is put in where earlier ones stand', async () => {
    await clerk.page.goto('/people/lists')
    await clerk.page.getByText('还没有导入过名单').or(clerk.page.getByRole('table')).first().waitFor()
    await look(clerk.page, 'lists')
  })

  it('has its columns recognised below its titles, and corrected', async () => {
    const { page } = clerk
    await put(LIST, '花坪村花名册.csv')
    list = page.url()
    await page.getByText('这些列认得对吗').waitFor()
    expect(await page.getByLabel(/登记为 D/).inputValue()).toBe('identity_number')
    await choose(page, page.getByLabel(/登记为 H/), '不导入')
    await look(page, 'list-columns')
    await work(page, page.getByRole('button', { name: '下一步' }))
    await page.getByText('发现的问题').waitFor()
  })

  it('names every wrong cell, and is repaired where it stands', async () => {
    const { page } = clerk
    await page.getByText('校验位不符').first().waitFor()
    await look(page, 'list-found')
    const son = page.getByRole('listitem').filter({ hasText: '第 5 行' })
    await fill(page, son.getByLabel('公民身份号码'), SON)
    await page.keyboard.press('Enter')
    await son.getByText('这一行已没有错误').waitFor()
    const child = page.getByRole('listitem').filter({ hasText: '第 6 行' })
    await fill(page, child.getByLabel('出生日期').first(), '2019.2.3')
    await page.keyboard.press('Enter')
    await child.getByText('请填写性别').waitFor()
    await look(page, 'list-repaired')
  })

  it('gets the column that its file lacks, filled in where a row needs it', async () => {
    const { page } = clerk
    await page.getByText('文件里没有“性别”这一列').waitFor()
    await work(page, page.getByRole('button', { name: '加上“性别”列' }))
    const child = page.getByRole('listitem').filter({ hasText: '第 6 行' })
    await child.getByLabel('性别').waitFor()
    await look(page, 'list-column-added')
    await fill(page, child.getByLabel('性别'), '女')
    await page.keyboard.press('Enter')
    await child.getByText('这一行已没有错误').waitFor()
  })

  it('stores the households that are right', async () => {
    const { page } = clerk
    await work(page, page.getByRole('button', { name: /先导入没有错误的 4 人/ }))
    await page.getByText('入库完成').waitFor()
    await look(page, 'list-stored')
    await put(LIST, '花坪村花名册.csv')
    await page.getByText('已按本县上次改好').waitFor()
    await look(page, 'list-remembered')
    await page.goto(list)
  })

  it('shows how far it is, and cancelled leaves nothing', { timeout: 6 * MINUTE }, async () => {
    const { page } = clerk
    const before = await people()
    await put(long(MANY), '全乡名单.csv')
    await work(page, page.getByRole('button', { name: '下一步' }))
    await page.getByRole('progressbar').waitFor()
    await look(page, 'list-checking', { only: 'desk' })
    await page.getByText('没有发现错误').waitFor({ timeout: 2 * MINUTE })
    expect(await page.getByText('发现的问题').count()).toBe(0)
    await look(page, 'list-clean')
    await work(page, page.getByRole('button', { name: /^入库/ }))
    await work(page, page.getByRole('button', { name: '取消' }))
    await page.getByText('已取消，什么都没有留下').waitFor({ timeout: 2 * MINUTE })
    await look(page, 'list-cancelled')
    expect(await people()).toBe(before)
  })

  it('says what went wrong when it failed', async () => {
    const { page } = clerk
    const failed = { state: 'failed', done: 10, total: 100, kind: 'imports.check', errors: [{ pointer: '', code: 'unexpected', detail: '系统出现意外问题，已记录' }], result: null }
    await page.route(/\/jobs\/[^/]+(\/events)?$/, (route) =>
      route.fulfill(route.request().url().endsWith('/events') ? { contentType: 'text/event-stream', body: `event: progress\ndata: ${JSON.stringify(failed)}\n\n` } : { json: failed }),
    )
    await page.getByRole('button', { name: '重新检查' }).waitFor()
    await work(page, page.getByRole('button', { name: '重新检查' }))
    await page.getByText('没有成功').waitFor()
    await look(page, 'list-failed')
    await page.unrouteAll()
  })

  it('is taken out with a purpose and the name of whoever takes it', async () => {
    const { page } = clerk
    await page.goto('/people/lists')
    await fill(page, page.getByLabel('用途（会写在文件上）'), '入户走访')
    await choose(page, page.getByLabel('格式'), 'CSV')
    await work(page, page.getByRole('button', { name: '导出', exact: true }))
    const file = page.getByRole('button', { name: '下载 CSV' }).first()
    await file.waitFor()
    await look(page, 'lists-after')
    const given = page.waitForEvent('download')
    await work(page, file)
    expect((await given).suggestedFilename()).toMatch(/^人口名单-.*\.csv$/)
  })

  it('finds nothing to better on the way', nothingFound)
})
