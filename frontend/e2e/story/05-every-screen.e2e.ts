/**
 * Every address of the router, as whoever it was made for: at the desk's and the phone's width, in Chinese, in English with large type,
 * with nothing to show and with services that fail. axe and the layout judge each; by Tab alone one gets through and sees where one is.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { CONDITIONS, follow, isShown, type Condition } from '../support/conditions'
import { walk } from '../support/keyboard'
import { HUAPING, Person, phone } from '../support/people'
import { look, nothingFound } from '../support/screens'
import { everyPath, forgottenAddresses, theTour, type Stop } from '../support/visits'

const PARTY_MINUTES = 8
// A sign-in for so many addresses; enough parties that two of them are busy until the end.
const ADDRESSES_A_PARTY = 8
let browser: Browser
let tour: Stop[]
beforeAll(async () => {
  browser = await openBrowser()
  tour = await theTour(await Person.signedIn(browser, HUAPING.account('clerk')))
})
afterAll(async () => browser?.close())

describe('the tour', () => {
  it('leads to every address that the router knows', () => {
    expect(tour.map((stop) => stop.route)).toEqual(everyPath().map((one) => one.path))
    expect(forgottenAddresses()).toEqual([])
  })

  it.concurrent.each(parties())('shows $who $paths', { timeout: PARTY_MINUTES * 60_000 }, async ({ role, paths }) => {
    const stops = tour.filter((stop) => paths.includes(stop.route))
    const page = role ? (await Person.signedIn(browser, role === 'system_admin' ? role : HUAPING.account(role))).page : await phone(browser)
    const usual = new Map<string, string>()
    for (const condition of CONDITIONS) {
      const end = await condition.begin?.(page)
      // A usual day opens every address by itself; under the other conditions the application stays open, as it does at work.
      for (const [n, stop] of stops.entries()) {
        await (n && condition.begin ? follow(page, stop.address) : page.goto(stop.address))
        await visit(page, stop, condition, usual)
      }
      await end?.()
    }
    await page.context().close()
  })

  it('finds nothing to better on the way', nothingFound)
})

/** Looks at a screen that was just opened. */
async function visit(page: Page, stop: Stop, condition: Condition, usual: Map<string, string>): Promise<void> {
  const text = await isShown(page)
  // Some screens ask nothing, so what the services answer changes nothing.
  if (condition.ofServices && text === usual.get(stop.route)) return
  if (!condition.begin) usual.set(stop.route, text)
  await look(page, `tour-${stop.route.replace(/\W+/g, '-').replace(/^-|-$/g, '')}${condition.name}`, condition.look)
  if (!condition.begin) await walk(page)
}

/** The addresses in groups of one role each. */
function parties(): { who: string; role: string | null; paths: string[] }[] {
  const roles = new Map<string | null, string[]>()
  for (const { path, open, roles: allowed } of everyPath()) {
    const role = open ? null : allowed[0]!
    roles.set(role, [...(roles.get(role) ?? []), path])
  }
  return [...roles].flatMap(([role, paths]) => {
    const parts = Math.ceil(paths.length / ADDRESSES_A_PARTY)
    const size = Math.ceil(paths.length / parts)
    return Array.from({ length: parts }, (_, part) => ({ who: role ?? 'everybody', role, paths: paths.slice(part * size, (part + 1) * size) }))
  })
}
