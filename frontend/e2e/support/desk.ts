/** The counter, worked as its people work it: by keys, by the words on the screen. */
import { expect } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import { choose, fill, reach, work } from './keyboard'
import type { Caller } from './people'

export const ELDER = '张桂兰'
export const ALLOWANCE = '80周岁以上老年人高龄津贴发放'
export const CERTIFICATE = '居住情况证明'
export const BANK_CARD = '6217001234567890128'

/** Takes numbers for people who wait in the hall. */
export async function peopleWait(clerk: Caller, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const answer = await clerk.api('POST', '/api/desk/v1/tickets', { priority: index === 0 ? 'elder' : 'normal' }, { 'idempotency-key': crypto.randomUUID() })
    expect(answer.ok, await answer.text()).toBe(true)
  }
}

/** Chooses the window that this browser serves, by its first name in the list; only once the day is known, for a number in hand leads to its own. */
export async function takeWindow(page: Page): Promise<void> {
  const day = page.getByRole('complementary', { name: '今日' })
  await day.getByText(/^(候 \d+ 人|没有人在等候)$/).waitFor()
  const windows = day.getByRole('combobox', { name: '窗口' })
  await windows.locator('option').nth(1).waitFor({ state: 'attached' })
  const first = (await windows.locator('option').nth(1).textContent()) ?? ''
  await choose(page, windows, first.trim())
}

/** Puts somebody before the counter, found by any of the ways a clerk asks. */
export async function seat(page: Page, asked: string, name = ELDER): Promise<void> {
  const person = page.getByRole('region', { name: '来人' })
  const seated = person.getByRole('heading', { name: new RegExp(name) })
  const box = person.getByRole('textbox')
  const another = person.getByRole('button', { name: '换人' })
  await box.or(another).first().waitFor()
  if (!(await box.isVisible())) await work(page, another)
  await fill(page, box, asked)
  await page.keyboard.press('Enter')
  // One hit is seated at once; of several the first has the focus.
  const choice = person.getByRole('listitem').getByRole('button', { name: new RegExp(name) }).first()
  await expect.poll(async () => (await seated.isVisible()) || (await choice.evaluate((e) => e === document.activeElement, null, { timeout: 100 }).catch(() => false))).toBe(true)
  if (!(await seated.isVisible())) await page.keyboard.press('Enter')
  await seated.waitFor()
}

/** Opens a case of `matter` for whoever is seated. */
export async function begin(page: Page, matter: string): Promise<void> {
  const box = page.getByRole('combobox', { name: '查找事项' })
  await fill(page, box, matter)
  await page.getByRole('option', { name: new RegExp(matter), selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: matter }).waitFor()
}

/** Ticks every material that is still open as seen in the original; `except` are left out. */
export async function tickMaterials(page: Page, except: RegExp = /^$/): Promise<void> {
  const materials = page.getByRole('region', { name: '办事' }).getByRole('listitem')
  await materials.first().waitFor()
  for (const line of await materials.all()) {
    const name = (await line.locator('p').first().textContent()) ?? ''
    const tick = line.getByRole('button', { name: /^核原件/ })
    if (except.test(name) || !(await tick.isVisible())) continue
    await work(page, tick)
    await tick.waitFor({ state: 'hidden' })
  }
}

/** Sends the one notice of all that is missing; returns the case's number. */
export async function sendNotice(page: Page): Promise<void> {
  await page.keyboard.press('F4')
  const panel = page.getByRole('dialog', { name: /一次告知/ })
  await panel.waitFor()
  await work(page, panel.getByRole('button', { name: /发出并打印/ }))
  await page.getByRole('status').filter({ hasText: '一次告知' }).waitFor()
}

/** Accepts with Enter and returns the number on the note that follows. */
export async function accept(page: Page): Promise<string> {
  await reach(page, page.getByRole('button', { name: /受理并打印/ }))
  await page.keyboard.press('Enter')
  const note = page.getByRole('status').filter({ hasText: '已受理' })
  await note.waitFor()
  return ((await note.locator('.number').textContent()) ?? '').trim()
}

/** Ticks whatever still lacks its original on a case's own page. */
export async function tickAll(page: Page): Promise<void> {
  const open = page.getByRole('button', { name: /^核原件/ })
  while ((await open.count()) > 0) {
    const before = await open.count()
    await work(page, open.first())
    await expect.poll(() => open.count()).toBeLessThan(before)
  }
}

/** Photographs a material with the document camera. */
export async function photograph(page: Page, material: RegExp): Promise<void> {
  const line = page.getByRole('listitem').filter({ hasText: material }).first()
  await takePicture(page, line)
  await line.getByText('已上传').waitFor()
}

/** Takes one picture with the camera whose button is in this part of the page. */
export async function takePicture(page: Page, place: Locator): Promise<void> {
  await work(page, place.getByRole('button', { name: /^拍照/ }))
  const camera = page.getByRole('dialog')
  await expect.poll(() => camera.locator('video').evaluate((video: HTMLVideoElement) => video.videoWidth)).toBeGreaterThan(0)
  await work(page, camera.getByRole('button', { name: /^拍摄/ }))
  await work(page, camera.getByRole('button', { name: /^使用这张/ }))
}
