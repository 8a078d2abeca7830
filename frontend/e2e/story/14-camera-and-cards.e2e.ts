/** The document camera and the card reader: what they bring, what happens without them, and that neither does what nobody meant. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { readCase } from '../support/cases'
import { ALLOWANCE, BANK_CARD, ELDER, begin, seat } from '../support/desk'
import { fill, reach, swipe, work } from '../support/keyboard'
import { HUAPING, Person } from '../support/people'
import { look, nothingFound } from '../support/screens'

const MATERIAL = /户口簿/
let browser: Browser
let clerk: Person
let number = ''

beforeAll(async () => {
  browser = await openBrowser()
  clerk = await Person.signedIn(browser, HUAPING.account('clerk'))
  number = await numberOf(ELDER)
})
afterAll(async () => browser?.close())

async function numberOf(name: string): Promise<string> {
  const found = (await (await clerk.api('POST', '/api/registry/v1/residents/search', { q: name })).json()) as { items: { id: string; division: string }[] }
  const { id } = found.items.find((one) => one.division === HUAPING.division)!
  const shown = await clerk.api('POST', `/api/registry/v1/residents/${id}/reveal`, { fields: ['identity_number'], purpose: 'verify_identity' })
  return ((await shown.json()) as { values: { identity_number: string } }).values.identity_number
}

const line = (page: Page): Locator => page.getByRole('region', { name: '办事' }).getByRole('listitem').filter({ hasText: MATERIAL })
const camera = (page: Page): Locator => page.getByRole('dialog', { name: /^拍摄材料/ })

async function openCamera(page: Page): Promise<void> {
  await work(page, line(page).getByRole('button', { name: /^拍照/ }))
  await camera(page).waitFor()
}
async function shoot(page: Page): Promise<void> {
  const shutter = camera(page).getByRole('button', { name: '拍摄', exact: true })
  await expect.poll(() => shutter.isEnabled()).toBe(true)
  await page.keyboard.press('Enter')
  await camera(page).getByRole('button', { name: /^(使用这张|用这 \d 页)/ }).waitFor()
}

/** The elder's draft of the allowance, with the material of this story missing. */
async function draft(page: Page): Promise<void> {
  await page.goto('/workbench')
  await page.getByRole('textbox', { name: /^刷证/ }).waitFor()
  await seat(page, ELDER)
  await begin(page, ALLOWANCE)
  const undo = line(page).getByRole('button', { name: /^撤销/ })
  await undo.or(line(page).getByRole('button', { name: /^拍照/ })).first().waitFor()
  if (await undo.isVisible()) await work(page, undo)
  await line(page).getByRole('button', { name: /^拍照/ }).waitFor()
}

describe('the document camera', () => {
  let id = ''

  it('takes several pages, turned and thought better of, as one PDF', async () => {
    const { page } = clerk
    await draft(page)
    await openCamera(page)
    await shoot(page)
    await look(page, 'camera-shot')
    await work(page, camera(page).getByRole('button', { name: '重拍' }))
    await shoot(page)
    await work(page, camera(page).getByRole('button', { name: '旋转' }))
    await work(page, camera(page).getByRole('button', { name: '再拍一页' }))
    await shoot(page)
    await work(page, camera(page).getByRole('button', { name: '再拍一页' }))
    await shoot(page)
    await work(page, camera(page).getByRole('button', { name: '再拍一页' }))
    await expect.poll(() => camera(page).getByRole('listitem').count()).toBe(3)
    await look(page, 'camera-pages')
    await page.keyboard.press('Escape')
    await camera(page).waitFor({ state: 'hidden' })
    await openCamera(page)
    expect(await camera(page).getByRole('listitem').count(), 'Esc loses no page').toBe(3)
    await work(page, camera(page).getByRole('button', { name: '去掉第 3 页' }))
    const answered = page.waitForResponse((response) => response.request().method() === 'POST' && response.url().endsWith('/materials'))
    await work(page, camera(page).getByRole('button', { name: '用这 2 页' }))
    id = new URL((await answered).url()).pathname.split('/').at(-2)!
    await line(page).getByText('已上传').waitFor()
  })

  it('leaves a PDF that other programs read, each page whole and not blank', async () => {
    const { materials } = (await readCase(clerk, id)) as unknown as { materials: { name: string; attachment_id: string | null }[] }
    const { attachment_id: file } = materials.find((one) => MATERIAL.test(one.name))!
    const folder = mkdtempSync(join(tmpdir(), 'linli-pages-'))
    const pdf = join(folder, 'pages.pdf')
    writeFileSync(pdf, new Uint8Array(await (await clerk.api('GET', `/api/desk/v1/cases/${id}/attachments/${file}`)).arrayBuffer()))
    const facts = spawnSync('pdfinfo', [pdf], { encoding: 'utf8' })
    expect(facts.stderr).toBe('')
    expect(facts.stdout).toMatch(/^Pages: +2$/m)
    expect(facts.stdout).toMatch(/^Page size: +595\.28 x 841\.89 pts \(A4\)/m)
    const drawn = spawnSync('pdftoppm', ['-r', '50', '-png', pdf, join(folder, 'page')], { encoding: 'utf8' })
    expect(drawn.stderr).toBe('')
    const pictures = readdirSync(folder).filter((name) => name.endsWith('.png'))
    expect(pictures).toHaveLength(2)
    for (const picture of pictures) expect(statSync(join(folder, picture)).size, 'a blank sheet would be smaller').toBeGreaterThan(3_000)
  })

  it.each([
    ['refused', 'NotAllowedError', '浏览器没有使用摄像头的许可'],
    ['absent', 'NotFoundError', '没有找到摄像头'],
    ['taken', 'NotReadableError', '摄像头打不开'],
  ])('says what is the matter when the camera is %s, and a file will do', async (name, error, said) => {
    const page = await clerk.context.newPage()
    await page.addInitScript((kind) => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', kind))
    }, error)
    await draft(page)
    await openCamera(page)
    await camera(page).getByRole('alert').filter({ hasText: said }).waitFor()
    await look(page, `camera-${name}`)
    const input = line(page).locator('input[type=file]')
    await input.evaluate((field) => field.addEventListener('click', (event) => (event.preventDefault(), field.setAttribute('data-asked', ''))))
    await page.keyboard.press('Enter')
    await expect.poll(() => input.getAttribute('data-asked')).toBe('')
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64')
    await input.setInputFiles({ name: '户口簿.png', mimeType: 'image/png', buffer: png })
    await camera(page).waitFor({ state: 'hidden' })
    await line(page).getByText('已上传').waitFor()
    await page.close()
  })

  it('lets the camera go when the panel is closed before it came', async () => {
    const page = await clerk.context.newPage()
    await page.addInitScript(() => {
      const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
      const kept = window as unknown as { late: MediaStream[]; allow: () => void }
      kept.late = []
      const allowed = new Promise<void>((go) => (kept.allow = go))
      navigator.mediaDevices.getUserMedia = async (wanted) => {
        await allowed
        const stream = await real(wanted)
        kept.late.push(stream)
        return stream
      }
    })
    await draft(page)
    await openCamera(page)
    await camera(page).getByText(/正在打开摄像头/).waitFor()
    await page.keyboard.press('Escape')
    await camera(page).waitFor({ state: 'hidden' })
    await page.evaluate(() => (window as unknown as { allow: () => void }).allow())
    await expect.poll(() => page.evaluate(() => (window as unknown as { late: MediaStream[] }).late.map((one) => one.active))).toEqual([false])
    await page.close()
  })
})

describe('a card reader that types', () => {
  const seated = (page: Page): Locator => page.getByRole('region', { name: '来人' }).getByRole('heading', { name: ELDER })

  it('seats its holder from the search of any screen', async () => {
    const { page } = clerk
    await page.goto('/cases')
    const search = page.getByRole('combobox', { name: /^搜/ })
    await search.waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type(ELDER)
    await page.getByRole('option').filter({ hasText: ELDER }).first().waitFor()
    await swipe(page, number)
    await page.waitForURL('**/workbench')
    await seated(page).waitFor()
    await expect.poll(() => search.inputValue()).toBe(ELDER)
  })

  it('finds its holder again without any field, in place of whoever sat there', async () => {
    const { page } = clerk
    await page.keyboard.press('Escape')
    await seated(page).waitFor({ state: 'hidden' })
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await swipe(page, number)
    await seated(page).waitFor()
  })

  it('neither spoils a form that is being filled nor accepts it', async () => {
    const { page } = clerk
    await draft(page)
    const masked = page.getByRole('button', { name: /(更改|修改) 银行卡/ })
    if (await masked.isVisible()) await work(page, masked)
    const card = page.getByRole('textbox', { name: /银行卡/ })
    await fill(page, card, BANK_CARD)
    await page.getByText('草稿已保存').waitFor()
    await swipe(page, number)
    await page.getByText(/手上还有一件没办完/).waitFor()
    expect(await card.inputValue()).toBe(BANK_CARD)
    await page.getByRole('heading', { level: 1, name: ALLOWANCE }).waitFor()
    await page.keyboard.press('Escape')
  })

  it('fills the number where a number is asked for, and what follows from it', async () => {
    const { page } = clerk
    await work(page, page.getByRole('button', { name: '换人' }))
    await work(page, page.getByRole('button', { name: '手工录入' }))
    const panel = page.getByRole('dialog', { name: '手工录入' })
    await reach(page, panel.getByLabel('证件号码'))
    await swipe(page, number)
    await expect.poll(() => panel.getByLabel('证件号码').inputValue()).toBe(number)
    await expect.poll(() => panel.getByLabel('出生日期').inputValue()).toBe(`${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`)
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'hidden' })
  })

  it('opens the record where people are looked up', async () => {
    const { page } = clerk
    await page.goto('/people')
    await page.getByRole('search', { name: '查找人员' }).getByRole('textbox').waitFor()
    await swipe(page, number)
    await page.getByRole('heading', { level: 1, name: ELDER }).waitFor()
  })

  it('takes an elder’s number at the kiosk at once, and the number goes nowhere', async () => {
    const { page } = clerk
    const sent: string[] = []
    page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`))
    await page.goto('/queue/kiosk')
    await page.getByText('刷身份证取号，或点下面的按钮').waitFor()
    await swipe(page, number)
    await page.getByRole('heading', { level: 1, name: /^Y\d{3}$/ }).waitFor()
    await look(page, 'kiosk-card')
    expect(sent.join('\n')).not.toContain(number)
    await swipe(page, number)
    // The next one need not wait for the one before.
    await expect.poll(() => sent.filter((one) => one.includes('/tickets ')).length).toBe(2)
  })

  it('finds nothing to better on the way', nothingFound)
})
