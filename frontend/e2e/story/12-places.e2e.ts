/** A village's grids and dwellings: made, staffed, pointed at on the map, moved together, and ended; and where a township lies. */
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { HUAPING, Person } from '../support/people'
import { look, nothingFound } from '../support/screens'

const GRID = '新村网格'
const HOUSE = '花坪村新村1号'
let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(async () => browser?.close())

async function atPlaces(role: string): Promise<Page> {
  const person = await Person.signedIn(browser, HUAPING.account(role))
  const page = await person.context.newPage()
  await page.goto('/people/places')
  await page.getByRole('heading', { level: 1, name: /花坪/ }).waitFor()
  return page
}
const saved = (page: Page): Promise<void> => page.getByRole('status').filter({ hasText: '已保存' }).first().waitFor()

describe('the places of a village', () => {
  it('get a grid with its worker', async () => {
    const page = await atPlaces('village_official')
    const panel = page.getByRole('dialog')
    await page.getByRole('button', { name: '新增网格' }).click()
    await panel.getByLabel(/^网格名称/).fill(GRID)
    await panel.getByLabel(/^网格编号/).fill('X-9')
    await panel.getByRole('button', { name: '保存' }).click()
    await saved(page)
    await page.getByLabel(/^网格/).first().selectOption({ label: GRID })
    await page.getByRole('button', { name: '看网格' }).click()
    await panel.getByLabel(/^姓名/).fill('柳青')
    await panel.getByLabel(/^联系电话/).fill('13811112222')
    await panel.getByRole('button', { name: '登记到岗' }).click()
    await panel.getByText('138****2222').waitFor()
    await look(page, 'grid')
    await panel.getByRole('button', { name: '离任', exact: true }).click()
    await panel.getByRole('button', { name: '登记离任' }).click()
    await panel.getByText('登记有误', { exact: true }).waitFor()
  })

  it('get a dwelling that is put into the grid, pointed at, and ended', async () => {
    const page = await atPlaces('clerk')
    const panel = page.getByRole('dialog')
    await look(page, 'places')
    await page.getByRole('button', { name: '新增房屋' }).click()
    await panel.getByLabel(/^居住地址/).fill(HOUSE)
    await panel.getByRole('button', { name: '保存' }).click()
    await saved(page)
    await page.getByLabel(/^居住地址/).first().fill(HOUSE)
    await page.getByRole('row', { name: new RegExp(HOUSE) }).getByRole('checkbox').check()
    await page.getByRole('button', { name: '划入网格' }).click()
    await panel.getByLabel(/^网格/).selectOption({ label: GRID })
    await panel.getByRole('button', { name: '划入网格' }).click()
    await page.getByRole('row', { name: new RegExp(GRID) }).click()
    await panel.getByRole('button', { name: '在图上点选位置' }).click()
    await page.getByText(/请在图上点选/).waitFor()
    await page.locator('.drawing > svg').click({ position: { x: 40, y: 40 } })
    await panel.getByText('位置已填入').waitFor()
    await look(page, 'dwelling')
    await panel.getByRole('button', { name: '保存' }).click()
    await page.locator(`.drawing [aria-label^="${HOUSE}"]`).waitFor()
    await page.locator(`.drawing [aria-label^="${HOUSE}"]`).press('Enter')
    await panel.getByLabel(/^停用日期/).fill(new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' }))
    await panel.getByLabel(/^原因/).fill('拆除')
    await panel.getByRole('button', { name: '保存' }).click()
    await page.getByText('没有符合条件的房屋').waitFor()
    await page.getByLabel('已停用的房屋').check()
    await page.getByRole('row', { name: new RegExp(HOUSE) }).waitFor()
  })

  it('lie where the county says, and the map of the cockpit follows', async () => {
    const { page } = await Person.signedIn(browser, HUAPING.account('county_admin'))
    await page.goto('/places/divisions/421202107000')
    await page.getByRole('button', { name: '填写位置' }).click()
    const panel = page.getByRole('dialog')
    await panel.getByLabel(/^经度/).fill('114.43')
    await panel.getByLabel(/^纬度/).fill('20.69')
    await panel.getByRole('button', { name: '保存' }).click()
    await panel.getByText(/离本县（市、区）中心 \d+ 公里/).first().waitFor()
    await look(page, 'centre')
    await panel.getByLabel(/^纬度/).fill('29.69')
    await panel.getByRole('button', { name: '保存' }).click()
    await saved(page)
    await page.getByText('114.4300, 29.6900').waitFor()
    await page.getByText('县级填写').waitFor()
    await page.goto('/cockpit?measure=residents')
    await page.locator('.land svg a[aria-label="桂花镇 0，登记人口"]').waitFor()
    await page.goto('/places/divisions/421202107000')
    await page.getByRole('button', { name: '填写位置' }).click()
    await panel.getByRole('button', { name: '清空，改为推算' }).click()
    await panel.getByRole('button', { name: '保存' }).click()
    await saved(page)
    await page.goto('/cockpit?measure=residents')
    await page.locator('.land svg a[aria-label$="位置未录入"]').waitFor()
  })

  it('print as drawing and list', async () => {
    const page = await atPlaces('clerk')
    await page.emulateMedia({ media: 'print' })
    await look(page, 'places-print', { only: 'desk' })
  })

  it('gave nothing to better on the way', nothingFound)
})
