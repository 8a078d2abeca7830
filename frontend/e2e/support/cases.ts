/** A case on its way: opened from the list, handled by whoever the waiting step belongs to, followed on a phone. */
import { expect } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { reach, work } from './keyboard'
import { Person, type Caller, type Village } from './people'
import { look } from './screens'

export interface Case {
  id: string
  number: string | null
  state: string
  resident_id: string
  steps: { key: string; name: string; kind: string; role: string; state: 'waiting' | 'ready' | 'done' }[]
  evaluation: number | null
  documents: { id: string; kind: string; state: string; token: string; href: string }[]
}

export async function readCase(person: Caller, id: string): Promise<Case> {
  const answer = await person.api('GET', `/api/desk/v1/cases/${id}`)
  expect(answer.ok, `case ${id}: ${answer.status}`).toBe(true)
  return (await answer.json()) as Case
}

/** One call that must go well; a command is sent with the version that this person sees. */
export async function send<T = Case>(person: Caller, method: 'POST' | 'PUT' | 'PATCH', path: string, body: unknown = {}, version?: number): Promise<T> {
  const headers: Record<string, string> = version === undefined ? { 'idempotency-key': crypto.randomUUID() } : { 'if-match': `"${version}"` }
  const answer = await person.api(method, `/api/desk/v1${path}`, body, headers)
  expect(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`).toBe(true)
  return (await answer.json()) as T
}
export const command = async (person: Caller, id: string, name: string, body: unknown = {}): Promise<Case> =>
  send(person, 'POST', `/cases/${id}/${name}`, body, ((await readCase(person, id)) as Case & { version: number }).version)

interface Field {
  type?: string
  enum?: unknown[]
  format?: string
  minimum?: number
  pattern?: string
  items?: { enum?: unknown[] }
}
interface Draft extends Case {
  version: number
  form: Record<string, unknown>
  form_schema: { required?: string[]; properties: Record<string, Field> }
  materials: { id: string }[]
}
const written = (field: Field): unknown => field.enum?.[0] ?? (field.type === 'array' ? [field.items?.enum?.[0]] : ['integer', 'number'].includes(field.type ?? '') ? (field.minimum ?? 1) : field.type === 'boolean' ? true : field.format === 'date' ? '2027-01-08' : field.pattern ? '6217001234567890128' : '据实填写')

/** Opens a case for somebody entered by hand, whatever its form asks filled in; every paper but those named was seen in the original. */
export async function openCase(person: Caller, matter: string, name: string, form: Record<string, unknown> = {}, without: string[] = []): Promise<Case> {
  const { items } = (await (await person.api('GET', `/api/desk/v1/matters?q=${encodeURIComponent(matter)}`)).json()) as { items: { id: string; name: string }[] }
  const applicant = { name, phone: '13900001234', identity_number: '421202196001010016', sex: '2', birth_date: '1960-01-01', address: '花坪村5组' }
  const { id } = await send(person, 'POST', '/cases', { matter_id: items.find((one) => one.name === matter)!.id, applicant, form })
  const draft = (await readCase(person, id)) as Draft
  const open = (draft.form_schema.required ?? []).filter((key) => draft.form[key] === undefined)
  if (open.length) await send(person, 'PATCH', `/cases/${id}`, { form: Object.fromEntries(open.map((key) => [key, written(draft.form_schema.properties[key]!)])) }, draft.version)
  for (const material of draft.materials.filter((one) => !without.includes(one.id))) await send(person, 'PUT', `/cases/${id}/materials/${material.id}`, { state: 'original_checked' })
  return readCase(person, id)
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
    await expect.poll(async () => (await readCase(clerk, caseId)).steps.find((one) => one.key === step.key)?.state).toBe('done')
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
