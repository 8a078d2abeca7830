/** Step 8: the clerk of another county works with the same screens and finds nothing of the first. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { GUQIAO, HUAPING, Person } from '../support/people'
import { look, nothingFound } from '../support/screens'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(async () => browser?.close())

describe('a clerk of another county', () => {
  it('sees neither the people nor the cases of the first', async () => {
    const [ours, theirs] = [await Person.signedIn(browser, HUAPING.account('clerk')), await Person.signedIn(browser, GUQIAO.account('clerk'))]
    const cases = (await (await ours.api('GET', '/api/desk/v1/cases')).json()) as { items: { id: string; resident_id: string }[] }
    expect(cases.items.length).toBeGreaterThan(0)
    const { id, resident_id: resident } = cases.items[0]!
    for (const path of [`/cases/${id}`, `/people/${resident}`]) {
      await theirs.page.goto(path)
      await theirs.page.getByText('没有找到').first().waitFor()
      await look(theirs.page, `foreign${path.split('/')[1]}`)
    }
    await theirs.page.goto('/cases?mine=0')
    await theirs.page.getByRole('heading', { name: '办件' }).waitFor()
    expect(await theirs.page.locator('body').innerText()).not.toContain('花坪')
  })

  it('finds nothing to better on the way', nothingFound)
})
