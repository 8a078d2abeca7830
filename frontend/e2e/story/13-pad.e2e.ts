/**
 * The second screen at a window: paired by a code, it takes a signature and a rating, and is no pad any more when another takes its place
 * or the clerk says so. The clerk works with keys, the resident with a finger.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import { acceptedCase, decidedCase } from '../support/behind'
import { openBrowser } from '../support/browser'
import { readCase, send } from '../support/cases'
import { peopleWait, takeWindow } from '../support/desk'
import { work } from '../support/keyboard'
import { HUAPING, Person, behind, tablet } from '../support/people'
import { look, nothingFound, settled } from '../support/screens'

let browser: Browser
let clerk: Person
let pad: Page

beforeAll(async () => {
  browser = await openBrowser()
  await calledElsewhere()
  clerk = await Person.signedIn(browser, HUAPING.account('clerk'))
  pad = await tablet(browser)
})
afterAll(async () => browser?.close())

/** A number of hers is still in hand at the last window; the pad lies at the first one, which she chooses. */
async function calledElsewhere(): Promise<void> {
  const caller = behind(HUAPING.account('clerk'))
  const { items } = (await (await caller.api('GET', '/api/desk/v1/windows')).json()) as { items: { id: string }[] }
  await peopleWait(caller, 1)
  await send(caller, 'POST', `/windows/${items.at(-1)!.id}/call-next`)
}

const panel = (): Locator => clerk.page.getByRole('dialog', { name: '评价屏' })

async function openPanel(): Promise<void> {
  await work(clerk.page, clerk.page.getByRole('button', { name: '评价屏' }))
  await panel().getByText(/^(已配对|本窗口还没有评价屏)$/).waitFor()
}

/** The eight digits that the clerk's screen shows. */
async function shownCode(): Promise<string> {
  const before = await code().textContent({ timeout: 100 }).catch(() => '')
  await work(clerk.page, panel().getByRole('button', { name: '显示配对码' }))
  await expect.poll(() => code().textContent().catch(() => before)).not.toBe(before)
  const digits = ((await code().textContent()) ?? '').replace(/\D/g, '')
  expect(digits).toMatch(/^\d{8}$/)
  return digits
}
const code = (): Locator => panel().locator('.code b')

async function enter(screen: Page, digits: string): Promise<void> {
  await screen.getByLabel('配对码').fill(digits)
  await screen.getByRole('button', { name: '配对', exact: true }).click()
}

/** A name of two characters, more or less, by a hand on the glass. */
async function sign(screen: Page): Promise<void> {
  await settled(screen)
  const paper = screen.getByRole('img', { name: '请在此处签名' })
  const { x, y, width, height } = (await paper.boundingBox())!
  for (const [from, to] of [[[0.2, 0.3], [0.4, 0.3]], [[0.3, 0.2], [0.25, 0.8]], [[0.6, 0.3], [0.8, 0.7]], [[0.8, 0.3], [0.6, 0.7]]] as const) {
    await screen.mouse.move(x + from[0] * width, y + from[1] * height)
    await screen.mouse.down()
    await screen.mouse.move(x + to[0] * width, y + to[1] * height, { steps: 12 })
    await screen.mouse.up()
  }
}

/** How much of a picture is ink. */
async function ink(picture: Locator): Promise<number> {
  return picture.evaluate((image: HTMLImageElement) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: image.naturalWidth, height: image.naturalHeight })
    const pen = canvas.getContext('2d')!
    pen.drawImage(image, 0, 0)
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height)
    return data.filter((value, n) => n % 4 === 0 && value < 96).length / (data.length / 4)
  })
}

describe('a pad', () => {
  it('is paired with a window by the code on the clerk’s screen', async () => {
    await takeWindow(clerk.page)
    await pad.goto('/pad')
    await pad.getByRole('heading', { name: '配对评价屏' }).waitFor()
    await look(pad, 'pad-pairing', { tablet: true })
    await openPanel()
    await shownCode()
    await look(clerk.page, 'pad-code')
    // Another one: a code lasts a minute, and looking takes part of it.
    const digits = await shownCode()
    await enter(pad, digits === '00000000' ? '11111111' : '00000000')
    await pad.getByText(/配对码不对或已过期/).waitFor()
    await enter(pad, digits)
    await pad.getByRole('heading', { name: '欢迎您' }).waitFor()
    await look(pad, 'pad-idle', { tablet: true })
    await panel().getByText('已配对').waitFor()
    await look(clerk.page, 'pad-paired', { only: 'desk' })
    await clerk.page.keyboard.press('Escape')
  })

  it('stays paired through a reload, and says so while the network is away', async () => {
    await pad.reload()
    await pad.getByRole('heading', { name: '欢迎您' }).waitFor()
    await pad.context().setOffline(true)
    await pad.getByText('网络断开，正在重新连接…').waitFor()
    await look(pad, 'pad-away', { tablet: true, only: 'tablet' })
    await pad.context().setOffline(false)
    await pad.getByText('需要您评价或签名时，这里会显示。').waitFor()
  })

  it('takes a signature that lands on the case with its witness', async () => {
    const id = await acceptedCase(HUAPING)
    const { page } = clerk
    await page.goto(`/cases/${id}`)
    await work(page, page.getByRole('button', { name: '到评价屏签名' }))
    await pad.getByRole('heading', { name: '请签名' }).waitFor()
    expect(await pad.locator('body').innerText()).not.toContain('张桂兰')
    await sign(pad)
    await look(pad, 'pad-signature', { tablet: true })
    await pad.getByRole('button', { name: '完成签名' }).click()
    await pad.getByText('您的签名已保存。').waitFor()
    await look(pad, 'pad-signed', { tablet: true, only: 'tablet' })
    const line = page.getByRole('listitem').filter({ hasText: '见证人' })
    await work(page, line.getByRole('button', { name: '查看' }))
    const picture = page.getByRole('img', { name: '签名', exact: true })
    await picture.waitFor()
    await expect.poll(() => ink(picture)).toBeGreaterThan(0.002)
    await look(page, 'case-signed')
  })

  it('lets a signature be taken back, written anew, or left alone', async () => {
    const id = await acceptedCase(HUAPING)
    const { page } = clerk
    await page.goto(`/cases/${id}`)
    await work(page, page.getByRole('button', { name: '到评价屏签名' }))
    await pad.getByRole('heading', { name: '请签名' }).waitFor()
    const done = pad.getByRole('button', { name: '完成签名' })
    await expect.poll(() => done.isDisabled()).toBe(true)
    await sign(pad)
    await pad.getByRole('button', { name: '撤一笔' }).click()
    await expect.poll(() => done.isDisabled()).toBe(false)
    await pad.getByRole('button', { name: '重签' }).click()
    await expect.poll(() => done.isDisabled()).toBe(true)
    await pad.getByRole('button', { name: '不签' }).click()
    await pad.getByRole('heading', { name: '欢迎您' }).waitFor()
    expect(await clerk.api('GET', `/api/desk/v1/cases/${id}/signatures`).then((answer) => answer.json())).toMatchObject({ items: [] })
  })

  it('asks for the rating when the paper is handed over, and sends it by itself', async () => {
    const id = await decidedCase(HUAPING)
    const { page } = clerk
    await page.goto(`/cases/${id}`)
    await work(page, page.getByRole('button', { name: /^送达/ }))
    await pad.getByRole('heading', { name: '请评价本次服务' }).waitFor()
    expect(await pad.getByRole('radio', { checked: true }).count(), 'nothing is filled in for anybody').toBe(0)
    await look(pad, 'pad-rating', { tablet: true })
    await pad.getByRole('radio', { name: '满意', exact: true }).check({ force: true })
    await pad.getByRole('button', { name: '提交评价' }).click()
    await pad.getByText('您的评价已提交。').waitFor()
    await expect.poll(async () => (await readCase(clerk, id)).evaluation).toBe(4)
    await pad.getByRole('heading', { name: '欢迎您' }).waitFor()
  })

  it('gives way to a second one', async () => {
    const second = await tablet(browser)
    await second.goto('/pad')
    await clerk.page.goto('/workbench')
    await openPanel()
    const digits = await shownCode()
    await enter(second, digits)
    await second.getByRole('heading', { name: '欢迎您' }).waitFor()
    await pad.getByText('本屏已解除配对').waitFor()
    await enter(pad, digits)
    await pad.getByText(/配对码不对或已过期/).waitFor()
    await look(pad, 'pad-ended', { tablet: true })
    pad = second
  })

  it('is unpaired by the clerk', async () => {
    const { page } = clerk
    await panel().getByText('已配对').waitFor()
    await work(page, panel().getByRole('button', { name: '解除配对' }))
    const sure = page.getByRole('dialog', { name: '解除配对' })
    await work(page, sure.getByRole('button', { name: '解除配对' }))
    await pad.getByText('本屏已解除配对').waitFor()
    await panel().getByText('本窗口还没有评价屏').waitFor()
  })

  it('cannot be paired with a code whose minute is over, and the clerk sees that it is', async () => {
    const page = await clerk.context.newPage()
    await page.clock.install()
    await page.goto('/workbench')
    await page.getByRole('button', { name: '评价屏' }).click()
    const open = page.getByRole('dialog', { name: '评价屏' })
    await open.getByRole('button', { name: '显示配对码' }).click()
    await open.getByText(/\d+ 秒内有效/).waitFor()
    await page.clock.fastForward('01:05')
    await open.getByText('配对码已过期').waitFor()
    expect(await open.locator('.code b').textContent()).not.toMatch(/\d/)
    await page.close()
  })

  it('finds nothing to better on the way', nothingFound)
})
