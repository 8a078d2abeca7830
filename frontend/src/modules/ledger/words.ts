/** Codes of the ledger in words; a code without a word is shown as it is. */
import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { EntryBrief } from './api'

export interface LedgerWords {
  action: (code: string) => string
  object: (kind: string | null) => string
  role: (role: string) => string
  source: (source: string) => string
  outcome: (outcome: string) => string
  actor: (entry: EntryBrief) => string
  purpose: (code: string) => string
  fact: (name: string) => string
  value: (value: unknown) => string
}

const FAILURES: readonly string[] = ['refused', 'error', 'denied']
/** Whether what was tried did not come about; a decision or a check that went well is no failure. */
export const isFailure = (outcome: string): boolean => FAILURES.includes(outcome)

const SERVICES = /^(?:registry|desk|supervision|gateway)\./

/** The end of an id is enough to tell two apart; what is no id but a word of the system is left out. */
export const shortId = (id: string): string => (id.length === 36 ? id.slice(-6) : /^[a-z-]+$/.test(id) ? '' : id)

export function useLedgerWords(): LedgerWords {
  const { t, te } = useI18n()
  const word = (key: string, code: string): string => (te(key) ? t(key) : code)
  return {
    action: (code) => {
      const plain = code.replace(SERVICES, '')
      return word(`ledger.action.${plain}`, plain)
    },
    object: (kind) => (kind ? word(`ledger.object.${kind}`, kind) : ''),
    role: (role) => word(`role.${role}`, role),
    purpose: (code) => word(`ledger.purposes.${code}`, code),
    fact: (name) => word(`ledger.facts.${name}`, name),
    value: (value) => (Array.isArray(value) ? value : [value]).map((v) => (typeof v === 'object' && v !== null ? JSON.stringify(v) : word(`ledger.values.${v}`, String(v)))).join('、'),
    source: (source) => word(`ledger.source.${source.replace(/^service-/, '')}`, source),
    outcome: (outcome) => word(`ledger.outcome.${outcome}`, outcome),
    actor: (entry) => entry.actor?.name || (entry.actor ? t('ledger.unknownActor', { id: shortId(entry.actor.id) }) : ['service', 'public'].includes(entry.role) ? t(`role.${entry.role}`) : '—'),
  }
}

/** `resident.read` and its word, for every act that has one. */
export function useActs(): ComputedRef<{ code: string; word: string }[]> {
  const { t, tm } = useI18n()
  return computed(() =>
    Object.entries(tm('ledger.action') as Record<string, Record<string, unknown>>).flatMap(([noun, verbs]) => Object.keys(verbs).map((verb) => ({ code: `${noun}.${verb}`, word: t(`ledger.action.${noun}.${verb}`) }))),
  )
}
