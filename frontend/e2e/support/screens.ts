/**
 * Looking at a screen: pictures at the widths people have, and what axe finds at each.
 *
 * Findings do not stop a story; its last test, `nothingFound`, lists them all.
 */
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { AxeResults } from 'axe-core'
import { errors, type Page } from 'playwright-core'
import { unmarkedFocus } from './keyboard'
import { resultsFolder } from './paths'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const SIZES = { desk: { width: 1440, height: 900 }, tablet: { width: 1024, height: 768 }, phone: { width: 390, height: 844 } }
const USUAL: readonly Width[] = ['desk', 'phone']

export type Width = keyof typeof SIZES

// Beyond some sixteen thousand pixels Chromium gives no picture any more.
const LONGEST_PX = 15_000
// Small print is still read in it, and it takes a third of a PNG's time.
const QUALITY = 85

export interface Look {
  /** Only the width that this screen is made for, or that this condition is judged at. */
  only?: Width
  /** A tablet's width as well, for what stands on one. */
  tablet?: boolean
  /** Where axe judges; at every width that is looked at unless one is named. */
  axe?: Width
}

const found: string[] = []

/** Expects that no screen looked at so far had a finding and that every focus was to be seen, and forgets them. */
export function nothingFound(): void {
  const unseen = unmarkedFocus().map((control) => `the focus is not to be seen on ${control}`)
  expect([...found.splice(0), ...unseen], 'findings of axe, of the layout and of the way by Tab').toEqual([])
}

/** Takes the pictures `<name>-1440.jpg` and `<name>-390.jpg` and notes what axe finds and what runs over the edge. */
export async function look(page: Page, name: string, options: Look = {}): Promise<void> {
  const before = page.viewportSize() ?? SIZES.desk
  const widths = options.only ? [options.only] : options.tablet ? [...USUAL, 'tablet' as const] : USUAL
  for (const width of widths) {
    const size = SIZES[width]
    await page.setViewportSize(size)
    await settled(page)
    // A sticky head would be drawn in the middle of the picture where the page was scrolled to.
    await page.evaluate(() => window.scrollTo(0, 0))
    const height = await page.evaluate(() => document.documentElement.scrollHeight)
    const path = `${resultsFolder('screens')}${name}-${size.width}.jpg`
    await inTurn(() => picture(page, path, height <= LONGEST_PX))
    const endless = height > LONGEST_PX ? [`${height} px are further than anybody scrolls`] : []
    const judged = !options.axe || options.axe === width
    const findings = [...endless, ...(judged ? await axe(page) : []), ...(await overflowing(page))]
    found.push(...findings.map((finding) => `${name} at ${size.width}: ${finding}`))
  }
  await page.setViewportSize(before)
}

const PICTURE_MS = 10_000

/** Takes a picture for people to look at; nothing is judged by it, so one that Chromium forgets three times is left out. */
async function picture(page: Page, path: string, fullPage: boolean): Promise<void> {
  for (let left = 3; left > 0; left--) {
    try {
      await page.screenshot({ path, type: 'jpeg', quality: QUALITY, fullPage, timeout: PICTURE_MS })
      return
    } catch (error) {
      if (!(error instanceof errors.TimeoutError)) throw error
      await page.bringToFront()
    }
  }
  console.warn(`no picture of ${path}`)
}

let pictures: Promise<unknown> = Promise.resolve()

/** One picture at a time: of two pages that are resized at once Chromium now and then forgets one. */
function inTurn<T>(take: () => Promise<T>): Promise<T> {
  const turn = pictures.then(take, take)
  pictures = turn.catch(() => undefined)
  return turn
}

// Rows are drawn by one template: what axe finds in the first ones it would find in the others.
const LIKE_THE_FIRST = 'tbody tr:nth-child(n + 9), main li:nth-child(n + 17)'

/** Returns what axe finds, one line a place. */
export async function axe(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE)
  const results = await page.evaluate(async (rows) => {
    const { axe } = window as unknown as { axe: { run: (context: object, options: object) => Promise<AxeResults> } }
    return axe.run({ include: ['html'], exclude: [rows] }, { resultTypes: ['violations'] })
  }, LIKE_THE_FIRST)
  return results.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id} (${rule.impact}) ${node.target.join(' ')}: ${node.failureSummary}`))
}

/** Returns the elements that make the page wider than the screen. */
async function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    if (document.documentElement.scrollWidth <= window.innerWidth) return []
    // What scrolls by itself holds its content, but not what is placed by a box further out.
    const contained = (element: HTMLElement): boolean => {
      const placed = getComputedStyle(element).position === 'absolute'
      for (let around = placed ? element.offsetParent : element.parentElement; around && around !== document.body; around = around.parentElement) {
        if (getComputedStyle(around).overflowX !== 'visible') return true
      }
      return false
    }
    const wide = [...document.body.querySelectorAll<HTMLElement>('*')].filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1 && !contained(element))
    // A word too long for its box widens the page, though no box is too wide.
    if (wide.length === 0) return [`the page is ${document.documentElement.scrollWidth} px wide`]
    return wide.slice(-5).map((element) => `${element.tagName.toLowerCase()}.${element.className} reaches ${Math.round(element.getBoundingClientRect().right)} px`)
  })
}

const STILL_MS = 60
const LONGEST_MS = 4_000
// A call is waited for longer than a screen that moves by itself.
const LONGEST_CALL_MS = 30_000

/** Waits until fonts are there, nothing is under way, nothing moves and nothing is being drawn. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(
    async ({ still, longest, longestCall }) => {
      await document.fonts.ready
      const open = (): number => (window as unknown as { callsUnderWay?: number }).callsUnderWay ?? 0
      const began = performance.now()
      const goesOn = (): boolean => performance.now() - began < (open() > 0 ? longestCall : longest)
      // Screens that ask again every few seconds are never quite still; a clock's second is no change of the screen.
      for (let quietSince = performance.now(), size = -1; goesOn() && performance.now() - quietSince < still; ) {
        const now = document.body.getElementsByTagName('*').length
        if (open() > 0 || now !== size) [quietSince, size] = [performance.now(), now]
        await new Promise((go) => setTimeout(go, 20))
      }
      await Promise.allSettled(document.getAnimations().map((animation) => animation.finished))
    },
    { still: STILL_MS, longest: LONGEST_MS, longestCall: LONGEST_CALL_MS },
  )
}
