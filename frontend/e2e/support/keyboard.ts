/** Working without a mouse: every control is reached by Tab and worked by keys, as at a counter. */
import type { Locator, Page } from 'playwright-core'

// The longest screen has some eighty stops; beyond this the control cannot be reached by Tab at all.
const MOST_STOPS = 250

// Year, month, day, hour, minute and the picker's button are stops of their own within one native field.
const STOPS_IN_A_DATE = 7

// What a hand on a mouse or a finger on glass would do; a native select is chosen from by keys as well.
const BY_HAND = new Set(['click', 'dblclick', 'tap', 'hover', 'dragTo', 'dragAndDrop', 'check', 'uncheck', 'setChecked', 'selectOption', 'fill', 'focus', 'dispatchEvent', 'mouse', 'touchscreen'])

/** A page, and every locator it gives, that refuses whatever is not done with keys. */
export function keysOnly<T extends object>(thing: T): T {
  return new Proxy(thing, {
    get(target, name) {
      if (BY_HAND.has(String(name))) throw new Error(`${String(name)} needs a hand beside the keyboard`)
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return (...given: unknown[]) => guarded((value as (...all: unknown[]) => unknown).apply(target, given), target, thing)
    },
  })
}

function guarded(answer: unknown, target: object, guard: object): unknown {
  if (answer === target) return guard
  if (answer instanceof Promise) return answer.then((value: unknown) => guarded(value, target, guard))
  if (Array.isArray(answer)) return answer.map((one: unknown) => guarded(one, target, guard))
  return isPlace(answer) ? keysOnly(answer) : answer
}

/** Locators and frames; a page that opens is found through its own context. */
function isPlace(answer: unknown): answer is object {
  return typeof answer === 'object' && answer !== null && ['Locator', 'FrameLocator', 'Page'].includes(answer.constructor.name)
}

const unmarked = new Set<string>()

/** Returns the controls that had the focus and did not show it, and forgets them. */
export function unmarkedFocus(): string[] {
  const names = [...unmarked]
  unmarked.clear()
  return names
}

/** Moves the focus with Tab (or Shift+Tab) until `target`, or something inside it, has it. */
export async function reach(page: Page, target: Locator, options: { backwards?: boolean } = {}): Promise<void> {
  await target.first().waitFor({ state: 'visible' })
  for (let stop = 0; stop <= MOST_STOPS; stop += 1) {
    const { there, hidden } = await focusOn(target)
    if (hidden && stop > 0) unmarked.add(hidden)
    if (there) return
    await page.keyboard.press(options.backwards ? 'Shift+Tab' : 'Tab')
  }
  throw new Error(`no key leads to ${target.toString()}`)
}

/** Goes once through the screen by Tab: every stop is marked when it has the focus, and none keeps it. */
export async function walk(page: Page): Promise<void> {
  const body = page.locator('body')
  let inside = 0
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press('Tab')
    const { hidden, visited, out, dated } = await focusOn(body)
    if (hidden && !out) unmarked.add(hidden)
    inside = visited === 'just now' ? inside + 1 : 0
    if (dated && inside > 0 && inside < STOPS_IN_A_DATE) continue
    if (inside > 0) unmarked.add(`${new URL(page.url()).pathname}: the focus does not move on`)
    if (out || visited) return
  }
}

interface Focus {
  /** The target has it. */
  there: boolean
  /** Nothing in the page has it. */
  out: boolean
  /** The focused control's name, when nothing on the screen shows that it has the focus. */
  hidden: string | null
  visited: 'just now' | 'before' | null
  /** A native field of a date or a time, in which Tab goes from part to part. */
  dated: boolean
}

async function focusOn(target: Locator): Promise<Focus> {
  return target.first().evaluate((element) => {
    const active = document.activeElement
    if (!active || active === document.body) return { there: false, out: true, hidden: null, visited: null, dated: false }
    const trail = window as unknown as { stops?: WeakSet<Element>; lastStop?: Element }
    trail.stops ??= new WeakSet()
    const visited = trail.lastStop === active ? 'just now' : trail.stops.has(active) ? 'before' : null
    trail.stops.add(active)
    trail.lastStop = active
    const ringed = (one: Element | null | undefined): boolean => {
      if (!one) return false
      const { outlineStyle, outlineWidth } = getComputedStyle(one)
      const { width, height } = one.getBoundingClientRect()
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && width > 1 && height > 1
    }
    // A place on a map is marked by a line along its own border, where an outline would be a box over its neighbours.
    const drawn = (mark: Element | null | undefined): boolean => {
      if (!mark) return false
      const { stroke, strokeWidth } = getComputedStyle(mark)
      return stroke !== 'none' && parseFloat(strokeWidth) >= 2 && mark.getBoundingClientRect().width > 1
    }
    const shown = drawn(active.closest('svg')?.querySelector('.ring')) || [active, active.nextElementSibling, active.parentElement, active.parentElement?.parentElement, active.closest('label')].some(ringed)
    const name = `${location.pathname}: ${active.tagName.toLowerCase()}.${active.className} “${active.getAttribute('aria-label') ?? active.textContent?.trim().slice(0, 30)}”`
    return { there: element === active || element.contains(active), out: false, hidden: shown ? null : name, visited, dated: active.matches('[type=date], [type=month], [type=week], [type=time], [type=datetime-local]') }
  })
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

const READER_GAP_SECONDS = 0.004

/** Types like a card reader that is a keyboard: quickly, and with Enter at the end. Its keys bear the reader's own times, however busy the machine is. */
export async function swipe(page: Page, number: string): Promise<void> {
  const keyboard = await page.context().newCDPSession(page)
  const keys = [...number].map((text) => ({ key: text, text, code: /\d/.test(text) ? `Digit${text}` : `Key${text}`, windowsVirtualKeyCode: text.charCodeAt(0) }))
  const enter = { key: 'Enter', text: '\r', code: 'Enter', windowsVirtualKeyCode: 13 }
  const began = Date.now() / 1000 - READER_GAP_SECONDS * number.length
  for (const [n, { text, ...key }] of [...keys, enter].entries()) {
    const timestamp = began + n * READER_GAP_SECONDS
    await keyboard.send('Input.dispatchKeyEvent', { type: 'keyDown', text, timestamp, ...key })
    await keyboard.send('Input.dispatchKeyEvent', { type: 'keyUp', timestamp, ...key })
  }
  await keyboard.detach()
}

/** Chooses an option of a native select by its text, with the arrow keys; some get their options later than themselves. */
export async function choose(page: Page, select: Locator, text: string): Promise<void> {
  await select.first().locator('option', { hasText: text }).first().waitFor({ state: 'attached' })
  await reach(page, select)
  const shown = (): Promise<{ text: string; index: number; wanted: number }> =>
    select.first().evaluate(
      (element: HTMLSelectElement, wanted) => ({
        text: element.selectedOptions[0]?.textContent?.trim() ?? '',
        index: element.selectedIndex,
        wanted: [...element.options].findIndex((option) => option.textContent?.trim() === wanted),
      }),
      text,
    )
  for (let now = await shown(); now.index !== now.wanted; now = await shown()) {
    if (now.wanted < 0) throw new Error(`no option says ${text}`)
    await page.keyboard.press(now.index < now.wanted ? 'ArrowDown' : 'ArrowUp')
  }
}
