/** A case on its way: opened from the list, handled by whoever the waiting step belongs to, followed on a phone. */
import { expect } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { reach, work } from './keyboard'
import { Person, type Village } from './people'
import { look } from './screens'

export interface Case {
  id: string
  number: string | null
  state: string
  resident_id: string
  steps: { key: string; name: string; kind: string; role: string; state: 'waiting' | 'ready' | 'done' }[]
  documents: { id: string; kind: string; state: string; token: string; href: string }[]
}

export async function readCase(person: Person, id: string): Promise<Case> {
  const answer = await person.api('GET', `/api/desk/v1/cases/${id}`)
  expect(answer.ok, `case ${id}: ${answer.status}`).toBe(true)
  return (await answer.json()) as Case
}

export async function readPdf(person: Person, href: string): Promise<Uint8Array> {
  return new Uint8Array(await (await person.api('GET', href)).arrayBuffer())
}

/** Moves down a table with the arrow keys to the row that says `text`, and opens it. */
export async function openRow(page: Page, text: string): Promise<void> {
  const row = page.getByRole('row').filter({ hasText: text })
  await row.first().waitFor()
  await reach(page, page.locator('tbody tr[tabindex="0"]'))
  for (let steps = 0; steps < 100; steps += 1) {
    const here = await page.evaluate(() => document.activeElement?.textContent ?? '')
    if (here.includes(text)) return page.keyboard.press('Enter')
    await page.keyboard.press('ArrowDown')
  }
  throw new Error(`no row says ${text}`)
}

/** Lets each responsible person complete the waiting step on the screen until the case is decided; names the screens. */
export async function handle(browser: Browser, village: Village, clerk: Person, caseId: string, pictures: string): Promise<void> {
  for (;;) {
    const item = await readCase(clerk, caseId)
    const step = item.steps.find((one) => one.state === 'ready')
    if (item.state === 'decided' || !step) return
    const officer = step.role === 'clerk' ? clerk : await Person.signedIn(browser, village.account(step.role))
    const { page } = officer
    await page.goto(`/cases?mine=${step.role === 'clerk' ? '0' : '1'}`)
    await openRow(page, item.number ?? '')
    await page.waitForURL(`**/cases/${caseId}`)
    await page.getByText(step.name).first().waitFor()
    await look(page, `${pictures}-${step.key}`)
    await settle(page, step.kind)
    await expect.poll(async () => (await readCase(clerk, caseId)).steps.find((one) => one.key === step.key)?.state, { timeout: 15_000 }).toBe('done')
    if (officer !== clerk) await officer.leave()
  }
}

async function settle(page: Page, kind: string): Promise<void> {
  if (kind !== 'decide' && kind !== 'approve') return work(page, page.getByRole('button', { name: /^通过本环节/ }))
  await work(page, page.getByRole('button', { name: /^同意/ }))
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await work(page, dialog.getByRole('button', { name: /^同意/ }))
}
