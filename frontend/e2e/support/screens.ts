/** Looking at a screen: pictures at the widths people have, and axe without a finding at each. */
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { resultsFolder } from './paths'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const DESK = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }

export interface Look {
  /** Only the width that this screen is made for. */
  only?: 'desk' | 'phone'
}

/** Takes the pictures `<name>-1440.png` and `<name>-390.png` and expects axe to find nothing and nothing to run over the edge. */
export async function look(page: Page, name: string, options: Look = {}): Promise<void> {
  const before = page.viewportSize() ?? DESK
  const findings: string[] = []
  for (const size of [DESK, PHONE]) {
    if (options.only && size !== (options.only === 'desk' ? DESK : PHONE)) continue
    await page.setViewportSize(size)
    await settled(page)
    await page.screenshot({ path: `${resultsFolder('screens')}${name}-${size.width}.png`, fullPage: true })
    findings.push(...(await axe(page)).map((finding) => `${size.width}: ${finding}`))
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    if (overflow > 0) findings.push(`${size.width}: the page is ${overflow} px wider than the screen`)
  }
  await page.setViewportSize(before)
  expect(findings, `findings on ${name}`).toEqual([])
}

/** Returns what axe finds, one line a place. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const results = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (root: Document, options: object) => Promise<AxeResults> } }
    return axe.run(document, { resultTypes: ['violations'] })
  })
  return results.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id} (${rule.impact}) ${node.target.join(' ')}: ${node.failureSummary}`))
}

/** Waits until fonts are there, nothing is under way and transitions have ended. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => undefined)
  await page.evaluate(async () => {
    await document.fonts.ready
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished))
  })
}
