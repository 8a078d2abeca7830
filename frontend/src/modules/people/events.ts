/**
 * The life events as forms: which fields a kind asks for, in order. A new kind is a new line here and its words.
 *
 * `member` picks one of the household, `memberOrPerson` also somebody registered elsewhere in the area, `personOrNew` such a person or a new one.
 */
import { emptyPerson, newPerson, type PersonForm } from './personForm'

export type EventField =
  | 'memberOrPerson'
  | 'personOrNew'
  | 'member'
  | 'members'
  | 'spouse'
  | 'parents'
  | 'newHead'
  | 'splitHead'
  | 'remainingHead'
  | 'newHeadThere'
  | 'presence'
  | 'relation'
  | 'otherHousehold'
  | 'address'

export const EVENT_FIELDS: Record<string, readonly EventField[]> = {
  birth: ['personOrNew', 'parents', 'relation'],
  adoption: ['personOrNew', 'parents', 'relation', 'newHeadThere'],
  death: ['member', 'newHead'],
  move_in: ['personOrNew', 'presence', 'relation'],
  move_out: ['members', 'newHead'],
  return: ['memberOrPerson', 'presence'],
  split: ['members', 'splitHead', 'remainingHead', 'address'],
  join: ['otherHousehold'],
  change_of_head: ['newHead'],
  marriage_in: ['personOrNew', 'spouse', 'presence', 'relation', 'newHeadThere'],
  divorce: ['member'],
  correction: [],
}

/** What a clerk chooses from; a correction starts at the event that was wrong. */
export const EVENT_KINDS = Object.keys(EVENT_FIELDS).filter((kind) => kind !== 'correction')

/** What can happen to somebody who is in no household; everything else enters one. */
export const PERSON_KINDS: readonly string[] = ['death', 'move_out', 'divorce']

export interface EvidenceFile {
  id: string
  name: string
}

export interface EventForm {
  date: string
  reason: string
  evidence: string
  files: EvidenceFile[]
  source: string
  isNew: boolean
  person: string
  /** Somebody whom the registry does not know yet. */
  fresh: PersonForm
  members: string[]
  parents: string[]
  /** A parent who is no member of the household. */
  otherParent: string
  spouse: string
  newHead: string
  remainingHead: string
  newHeadThere: string
  presence: string
  relation: string
  otherHousehold: string
  address: string
}

/** A form to begin with; a newborn has no number yet, and the form says so. */
export function emptyForm(today: string, kind = ''): EventForm {
  const fresh = { ...emptyPerson(), ...(kind === 'birth' ? { document_kind: 'none' } : {}) }
  return {
    date: today, reason: '', evidence: '', files: [], source: 'window', isNew: true, person: '', fresh, members: [], parents: [], otherParent: '',
    spouse: '', newHead: '', remainingHead: '', newHeadThere: '', presence: 'registered_here', relation: '', otherHousehold: '', address: '',
  }
}

const given = (values: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(values).filter(([, v]) => v !== '' && v !== undefined))

/** Lines of a text, without the empty ones. */
export const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter(Boolean)

/** The command as the registry wants it, from what the form shows for this kind; `alone` of somebody who is in no household. */
export function commandOf(kind: string, form: EventForm, corrects = '', alone = false): Record<string, unknown> {
  const fields = alone ? [] : (EVENT_FIELDS[kind] ?? [])
  const has = (field: EventField): boolean => fields.includes(field)
  const body: Record<string, unknown> = { kind, ...given({ date: form.date, reason: form.reason.trim(), source: form.source, corrects }) }
  const evidence = linesOf(form.evidence)
  if (evidence.length) body.evidence = evidence
  if (form.files.length) body.files = form.files.map((file) => file.id)
  if (has('personOrNew') && form.isNew) body.resident = given({ ...newPerson(form.fresh), presence: '' })
  else if (has('personOrNew') || has('memberOrPerson') || has('member')) body.resident_id = form.person
  if (has('members')) body.members = form.members.filter((m) => kind !== 'split' || m !== form.newHead)
  if (has('parents')) body.parents = [...form.parents, form.otherParent].filter(Boolean)
  if (has('spouse')) body.spouse_id = form.spouse
  if ((has('newHead') || has('splitHead')) && form.newHead) body.new_head_id = form.newHead
  if (has('remainingHead') && form.remainingHead) body.remaining_head_id = form.remainingHead
  if (has('newHeadThere') && !form.isNew && form.newHeadThere) body.new_head_there_id = form.newHeadThere
  if (has('presence')) body.presence = form.presence
  if (has('relation') && form.relation) body.relation = form.relation
  if (has('otherHousehold')) body.other_household_id = form.otherHousehold
  if (has('address') && form.address.trim()) body.address = form.address.trim()
  // Who is already registered and moves in is one of the members.
  if (kind === 'move_in' && !form.isNew) {
    body.members = [form.person]
    delete body.resident_id
  }
  return body
}
