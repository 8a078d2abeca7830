/** Working without a mouse: every control is reached by Tab and worked by keys, as at a counter. */
import { expect } from 'vitest'
import type { Locator, Page } from 'playwright-core'

// The longest screen has some eighty stops; beyond this the control cannot be reached by Tab at all.
const MOST_STOPS = 250

/** Moves the focus with Tab (or Shift+Tab) until `target`, or something inside it, has it. */
export async function reach(page: Page, target: Locator, options: { backwards?: boolean } = {}): Promise<void> {
  await target.first().waitFor({ state: 'visible' })
  for (let stop = 0; stop <= MOST_STOPS; stop += 1) {
    if (await hasFocus(target)) return
    await page.keyboard.press(options.backwards ? 'Shift+Tab' : 'Tab')
  }
  throw new Error(`no key leads to ${target.toString()}`)
}

async function hasFocus(target: Locator): Promise<boolean> {
  return target.first().evaluate((element) => element === document.activeElement || element.contains(document.activeElement))
}

/** Reaches a button, link or option and works it. */
export async function work(page: Page, target: Locator, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
  await reach(page, target)
  await page.keyboard.press(key)
}

/** Reaches a field and replaces what it holds. */
export async function fill(page: Page, field: Locator, value: string): Promise<void> {
  await reach(page, field)
  await page.keyboard.press('Control+A')
  await page.keyboard.type(value)
}

/** Types like a card reader that is a keyboard: quickly, and with Enter at the end. */
export async function swipe(page: Page, number: string): Promise<void> {
  await page.keyboard.type(number, { delay: 4 })
  await page.keyboard.press('Enter')
}

/** Chooses an option of a native select by its text. */
export async function choose(page: Page, select: Locator, text: string): Promise<void> {
  await reach(page, select)
  await select.selectOption({ label: text })
}

/** Counts pointer presses from now on; `expectNone` fails when one was needed. */
export async function withoutMouse(page: Page): Promise<{ expectNone: () => Promise<void> }> {
  await page.context().addInitScript(() => {
    window.addEventListener('pointerdown', () => sessionStorage.setItem('e2e-pointer', 'used'), true)
  })
  return {
    expectNone: async () => expect(await page.evaluate(() => sessionStorage.getItem('e2e-pointer'))).toBeNull(),
  }
}
