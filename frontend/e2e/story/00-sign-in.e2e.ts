/** The door: who gets in, who does not, and that everybody can read it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { fill } from '../support/keyboard'
import { HUAPING, Person } from '../support/people'
import { look, nothingFound } from '../support/screens'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(async () => browser?.close())

describe('signing in', () => {
  it('shows a door that everybody can read', async () => {
    const person = await Person.atTheDoor(browser, HUAPING.account('clerk'))
    await look(person.page, 'sign-in')
    await person.leave()
  })

  it('says what is wrong and keeps the name when the password is wrong', async () => {
    const person = await Person.atTheDoor(browser, HUAPING.account('bookkeeper'))
    const { page } = person
    await fill(page, page.getByLabel('账号', { exact: true }), person.username)
    await fill(page, page.getByLabel('密码', { exact: true }), 'wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    expect(await page.getByLabel('账号', { exact: true }).inputValue()).toBe(person.username)
    await look(page, 'sign-in-refused')
    await person.leave()
  })

  it('asks for a new password where the first one has to go', async () => {
    const person = await Person.atTheDoor(browser, HUAPING.account('bookkeeper'))
    const { page } = person
    // The demo's passwords stay as they are, so the refusal of other installations is put in its mouth.
    await page.route('**/api/auth/v1/sessions', (route) => route.fulfill({ status: 403, contentType: 'application/problem+json', json: { code: 'auth.password_change_required', status: 403 } }))
    await fill(page, page.getByLabel('账号', { exact: true }), person.username)
    await fill(page, page.getByLabel('密码', { exact: true }), 'first')
    await page.keyboard.press('Enter')
    await page.locator('#new-password').waitFor()
    await expect.poll(() => page.locator('#new-password').evaluate((field) => field === document.activeElement)).toBe(true)
    await look(page, 'sign-in-new-password')
    await person.leave()
  })

  it('finds nothing to better on the way', nothingFound)
})
