/**
 * A person as a form: what was there, what the clerk changed, and the body that says only the changes.
 *
 * Identity number, phone and bank account start empty, because only their masks are known here: empty leaves them, `clear` empties.
 */
import type { Resident } from './api'

export const DOCUMENTS = ['resident_id', 'hmt_residence_permit', 'foreign_permanent_residence', 'passport', 'none'] as const

export const PRESENCES = ['registered_here', 'registered_away', 'unregistered_here', 'short_stay'] as const
const PLAIN = ['name', 'document_kind', 'sex', 'birth_date', 'ethnic_group', 'education', 'marriage', 'political_status', 'hukou_division', 'presence'] as const
const HIDDEN = ['identity_number', 'phone', 'bank_account'] as const

export type PersonForm = Record<(typeof PLAIN)[number] | (typeof HIDDEN)[number], string> & { clear: string[] }

export const emptyPerson = (): PersonForm => ({
  name: '', document_kind: 'resident_id', identity_number: '', sex: '', birth_date: '', phone: '', bank_account: '', ethnic_group: '', education: '', marriage: '',
  political_status: '', hukou_division: '', presence: 'registered_here', clear: [],
})

export const formOf = (person: Resident): PersonForm => ({ ...emptyPerson(), ...Object.fromEntries(PLAIN.map((name) => [name, person[name] ?? ''])) })

/** What the screen shows of the numbers that a form never holds. */
export const maskedOf = (person: Resident): Partial<PersonForm> => ({ identity_number: person.identity_masked ?? '', phone: person.phone_masked ?? '', bank_account: person.bank_account_masked ?? '' })

/** What a new person is registered with: everything that was given. A document without its number is for the registry to refuse. */
export function newPerson(form: PersonForm): Record<string, string> {
  const given = [...PLAIN, ...HIDDEN].map((name): [string, string] => [name, form[name].trim()])
  const body = Object.fromEntries(given.filter(([, value]) => value))
  if (form.document_kind === 'none') delete body.identity_number
  return body
}

/** What changed against `before`; null empties a field. */
export function changesOf(form: PersonForm, before: PersonForm): Record<string, string | null> {
  const plain = PLAIN.filter((name) => form[name].trim() !== before[name]).map((name): [string, string | null] => [name, form[name].trim() || null])
  const hidden = HIDDEN.filter((name) => name !== 'identity_number' || form.document_kind !== 'none').flatMap((name): [string, string | null][] => (form.clear.includes(name) ? [[name, null]] : form[name].trim() ? [[name, form[name].trim()]] : []))
  return Object.fromEntries([...plain, ...hidden])
}
