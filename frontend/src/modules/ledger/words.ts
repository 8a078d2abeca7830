/** Codes of the ledger in words; a code without a word is shown as it is. */
import { useI18n } from 'vue-i18n'
import type { EntryBrief } from './api'

export interface LedgerWords {
  action: (code: string) => string
  object: (kind: string | null) => string
  role: (role: string) => string
  source: (source: string) => string
  outcome: (outcome: string) => string
  actor: (entry: EntryBrief) => string
}

const SERVICES = /^(?:registry|desk|supervision|gateway)\./

export const shortId = (id: string): string => (id.length === 36 ? id.slice(-6) : id)

export function useLedgerWords(): LedgerWords {
  const { t, te } = useI18n()
  const word = (key: string, code: string): string => (te(key) ? t(key) : code)
  return {
    action: (code) => {
      const plain = code.replace(SERVICES, '')
      return word(`ledger.action.${plain}`, plain)
    },
    object: (kind) => (kind ? word(`ledger.object.${kind}`, kind) : ''),
    role: (role) => (role === 'service' ? t('ledger.systemActor') : word(`role.${role}`, role)),
    source: (source) => word(`ledger.source.${source.replace(/^service-/, '')}`, source),
    outcome: (outcome) => word(`ledger.outcome.${outcome}`, outcome),
    actor: (entry) => entry.actor?.name ?? (entry.actor ? t('ledger.unknownActor', { id: shortId(entry.actor.id) }) : entry.role === 'service' ? t('ledger.systemActor') : '—'),
  }
}
