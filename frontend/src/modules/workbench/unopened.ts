/**
 * A case that was begun while the desk could not be reached: its order waits, with what was typed, until the desk has it.
 *
 * The order has its key from the beginning, so that one case is opened however often it is sent.
 */
import { asProblem, type ApiProblem } from '@/api/problem'
import { newKey } from '@/api/http'
import { dropDraft, keepDraft, keptDrafts, type KeptDraft, type Opening } from '@/shared/lib/keptDrafts'
import { isBlank, type FormSchema, type FormValues } from '@/shared/lib/jsonSchema'
import { editCase, openCase, type Case, type OpenCase } from '@/modules/cases/api'
import type { Matter } from '@/modules/matters/api'

const LOCAL = 'new:'
export const isUnopened = (id: string): boolean => id.startsWith(LOCAL)
export const localId = (opening: Opening): string => `${LOCAL}${opening.key}`
export const orderOf = (body: OpenCase, name: string): Opening => ({ key: newKey(), body: { ...body }, name })
export const sendOrder = (opening: Opening): Promise<Case> => openCase(opening.body as unknown as OpenCase, opening.key)

/** Which values of a case just opened came from the registry; what was typed by hand did not. */
export function fromRegistry(opened: Case): FormValues {
  if (opened.link === 'by_hand') return {}
  const filled = Object.entries(opened.form_schema.properties ?? {}).filter(([name, field]) => field['x-prefill'] && !isBlank(opened.form[name]))
  return Object.fromEntries(filled.map(([name]) => [name, opened.form[name]]))
}

/** What the registry will fill in is not asked for meanwhile. */
function withoutKnown(schema: FormSchema): FormSchema {
  return { ...schema, required: (schema.required ?? []).filter((name) => !schema.properties?.[name]?.['x-prefill']) }
}
/** What the screen shows meanwhile: the form and the papers of the matter, nothing else. */
export function blankCase(matter: Matter, opening: Opening): Case {
  const { applicant, applicant_id: resident } = opening.body as unknown as OpenCase
  const schema = resident ? withoutKnown(matter.form_schema) : matter.form_schema
  const typed: Record<string, unknown> = applicant ?? { name: opening.name }
  const known = Object.entries(schema.properties ?? {}).map(([name, field]) => [name, typed[field['x-prefill'] ?? '']])
  const form = Object.fromEntries(known.filter(([, value]) => !isBlank(value)))
  const facts = { id: localId(opening), matter_id: matter.id, matter_name: matter.name, form_schema: schema, form_order: matter.form_order, department: matter.department }
  const who = { applicant_name: opening.name, resident_id: resident ?? null, applicant: applicant ?? {}, agent: null, form, masked: [], link: resident ? 'linked' : 'by_hand' }
  const nothing = { steps: [], missing: [], supplements: [], repeat_reasons: [], documents: [], history: [], commands: [], number: null, step: null, step_name: null, clock: null, outcome: null }
  const fee = { charged: false, basis: '', amount_fen: null, waivable_fen: 0, waived_fen: 0, exemption_basis: '' }
  const never = { evaluation: null, receipt_token: null, received_at: null, accepted_at: null, decided_at: null, delivered_at: null, shortened_for: null }
  const materials = matter.materials.map((one) => ({ ...one, state: 'missing', promise_date: null, attachment_id: null, on_file: false, on_file_until: null }))
  return { ...nothing, ...never, ...facts, ...who, fee, materials, limit: { number: 0, unit: 'working_day', green: false, due: null }, state: 'draft', state_name: '', channel: 'window', division: '', opened_at: new Date().toISOString(), matter_version: matter.version, version: 0 } as unknown as Case
}

/** Opens the case and gives the desk what was typed; `opened` hears of the copy that stands for it from then on. */
async function deliver(account: string, draft: KeptDraft, opening: Opening, opened: (copy: KeptDraft) => void): Promise<void> {
  const item = await sendOrder(opening)
  const copy = { caseId: item.id, pending: draft.pending, given: fromRegistry(item), base: item.form }
  opened(copy)
  await keepDraft(account, copy)
  await dropDraft(draft.caseId)
  const change = { form: draft.pending, ...(opening.agent ? { agent: opening.agent } : {}) }
  if (!Object.keys(draft.pending).length && !opening.agent) return
  await editCase(item.id, item.version, change)
  await keepDraft(account, { ...copy, pending: {}, base: {} })
}

/** What the desk would not take, with the name it is known by and the matter. */
export interface Refused {
  draft: KeptDraft
  order: Opening
  problem: ApiProblem
}
export interface Delivery {
  opened: number
  waiting: number
  refused: Refused[]
}

/** Gives the desk what waits in this browser, but for the draft in hand. What the desk refuses stays until somebody corrects or discards it. */
export async function deliverUnopened(account: string, inHand: string | undefined): Promise<Delivery> {
  const done: Delivery = { opened: 0, waiting: 0, refused: [] }
  for (const draft of await keptDrafts(account)) {
    if (!draft.opening || draft.caseId === inHand) continue
    let kept = draft
    try {
      await deliver(account, draft, draft.opening, (copy) => (kept = copy))
      done.opened += 1
    } catch (error) {
      const problem = asProblem(error)
      done.waiting += 1
      if (!problem.unreachable) done.refused.push({ draft: kept, order: draft.opening, problem })
    }
  }
  return done
}

/** The same order with the applicant as corrected, under a key of its own: the desk never took the first. */
export async function correctOrder(account: string, { draft, order, problem }: Refused, applicant: Record<string, string>): Promise<string> {
  const body: Record<string, unknown> = { ...order.body, applicant }
  delete body.applicant_id
  if (problem.errors.some((one) => one.pointer.startsWith('/ticket_id'))) delete body.ticket_id
  const opening = { ...order, key: newKey(), name: applicant.name ?? order.name, body }
  const id = localId(opening)
  await keepDraft(account, { ...draft, caseId: id, opening })
  await dropDraft(draft.caseId)
  return id
}
