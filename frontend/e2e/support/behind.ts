/** What a story presupposes is done behind the counter, by the same API and the same people: a case that is decided already. */
import { inject } from 'vitest'
import type { Browser } from 'playwright-core'
import { command, openCase, readCase, send, type Case } from './cases'
import { ALLOWANCE, BANK_CARD, CERTIFICATE, ELDER } from './desk'
import { behind, type Caller, type Village } from './people'

export const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64')

export interface Resident {
  id: string
  division: string
}

async function list<T>(answer: Promise<Response>): Promise<T[]> {
  return ((await (await answer).json()) as { items: T[] }).items
}

export async function elderOf(village: Village): Promise<Resident> {
  const found = await list<Resident>(behind(village.account('clerk')).api('POST', '/api/registry/v1/residents/search', { q: ELDER }))
  return found.find((one) => one.division === village.division)!
}

async function draftOf(clerk: Caller, applicant: string): Promise<string> {
  const found = await list<{ id: string; name: string; state: string }>(clerk.api('GET', `/api/desk/v1/matters?q=${encodeURIComponent(ALLOWANCE)}`))
  const matter = found.find((one) => one.name === ALLOWANCE && one.state === 'published')!
  return (await send(clerk, 'POST', '/cases', { matter_id: matter.id, applicant_id: applicant, form: { bank_account: BANK_CARD } })).id
}

/** The elder's allowance, accepted with everything that it needs. */
export async function acceptedCase(village: Village): Promise<string> {
  const clerk = behind(village.account('clerk'))
  const id = await draftOf(clerk, (await elderOf(village)).id)
  const { materials } = (await readCase(clerk, id)) as Case & { materials: { id: string }[] }
  for (const material of materials) await send(clerk, 'PUT', `/cases/${id}/materials/${material.id}`, { state: 'original_checked' })
  await command(clerk, id, 'accept')
  return id
}

/** The same, decided. */
export async function decidedCase(village: Village): Promise<string> {
  const id = await acceptedCase(village)
  await decide(village, id)
  return id
}

/** An accepted case is decided by whoever each step belongs to. */
async function decide(village: Village, id: string): Promise<void> {
  const clerk = behind(village.account('clerk'))
  for (;;) {
    const { state, steps } = await readCase(clerk, id)
    const step = steps.find((one) => one.state === 'ready')
    if (state === 'decided' || !step) return
    const officer = behind(village.account(step.role))
    if (['decide', 'approve'].includes(step.kind)) await command(officer, id, 'decide', { outcome: 'approved', comment: '符合条件' })
    else await command(officer, id, `steps/${step.key}/complete`, { outcome: 'pass', comment: '入户核实属实' })
  }
}

/** A certificate of residence for somebody of the story's own, decided: it waits for its seal. */
export async function certificateToSeal(village: Village, name: string): Promise<string> {
  const clerk = behind(village.account('clerk'))
  const { id } = await openCase(clerk, CERTIFICATE, name, { since: '2010-03-01', purpose: '办理公租房申请', recipient: '住房保障中心' })
  await command(clerk, id, 'accept')
  await decide(village, id)
  return id
}

/** A desk that is prepared for the elder's allowance: these materials are on file, and no draft of hers lies about. */
export async function prepare(village: Village, onFile: readonly string[]): Promise<void> {
  const clerk = behind(village.account('clerk'))
  const { id: resident } = await elderOf(village)
  const id = await draftOf(clerk, resident)
  for (const material of onFile) {
    const body = new FormData()
    body.set('material_id', material)
    body.set('file', new Blob([PICTURE], { type: 'image/png' }), 'paper.png')
    await send(clerk, 'POST', `/cases/${id}/materials`, body)
  }
  const drafts = await list<{ id: string }>(clerk.api('GET', `/api/desk/v1/cases?state=draft&resident_id=${resident}&limit=100`))
  for (const draft of drafts) await command(clerk, draft.id, 'withdraw', { reason: '重新办理' })
}

/** Rates a case by its receipt, on a phone of its own: its name is what tells one device from another. */
export async function rateByReceipt(browser: Browser, village: Village, id: string, level: string, device: string): Promise<void> {
  const { receipt_token: token } = (await readCase(behind(village.account('clerk')), id)) as Case & { receipt_token: string }
  const phone = await browser.newContext({ baseURL: inject('baseUrl'), locale: 'zh-CN', viewport: { width: 390, height: 844 }, userAgent: `phone ${device}` })
  const page = await phone.newPage()
  await page.goto(`/v/${token}`)
  await page.getByRole('radio', { name: level, exact: true }).check({ force: true })
  await page.getByRole('button', { name: '提交评价' }).click()
  await page.getByText('谢谢您的评价').waitFor()
  await phone.close()
}
