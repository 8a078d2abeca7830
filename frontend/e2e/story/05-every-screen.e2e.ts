/**
 * Every address of the router, as whoever it was made for: at the desk's and the phone's width, in Chinese, in English with large type,
 * with nothing to show and with services that fail. axe and the layout judge each; by Tab alone one gets through and sees where one is.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { elderInEnglish, failing, isShown, nothingThere } from '../support/conditions'
import { walk } from '../support/keyboard'
import { HUAPING, Person, phone } from '../support/people'
import { look, nothingFound } from '../support/screens'
import { everyPath, forgottenAddresses, theTour, type Stop } from '../support/visits'

const SCREENS_MINUTES = 10
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

  const roles = [...new Set(everyPath().map((one) => (one.open ? null : one.roles[0]!)))]
  it.concurrent.each(roles)('shows the screens of %s', { timeout: SCREENS_MINUTES * 60_000 }, async (role) => {
    const stops = tour.filter((stop) => stop.role === role)
    const person = role ? await Person.signedIn(browser, role === 'system_admin' ? role : HUAPING.account(role)) : null
    const page = person?.page ?? (await phone(browser))
    const usual = new Map<string, string>()
    for (const condition of [null, nothingThere, failing, elderInEnglish]) {
      const end = await condition?.(page)
      for (const stop of stops) {
        const name = `${stop.route.replace(/\W+/g, '-').replace(/^-|-$/g, '')}${condition ? `-${condition.name}` : ''}`
        await page.goto(stop.address)
        const text = await isShown(page)
        // Some screens ask nothing, so nothing changes.
        if (condition && condition !== elderInEnglish && text === usual.get(stop.route)) continue
        if (!condition) usual.set(stop.route, text)
        await look(page, `tour-${name}`)
        if (!condition) await walk(page)
      }
      await end?.()
    }
    await page.context().close()
  })

  it('finds nothing to better on the way', nothingFound)
})
