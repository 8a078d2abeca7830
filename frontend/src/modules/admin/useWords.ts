/** Roles, counties and outcomes in words. */
import { useI18n } from 'vue-i18n'
import { usePlaces } from '@/stores/places'

export function useWords(): { role: (role: string | null) => string; county: (tenant: string) => string; outcome: (code: string) => string; action: (code: string) => string } {
  const { t, te } = useI18n()
  const places = usePlaces()
  const word = (key: string, code: string): string => (te(key) ? t(key) : code)
  return {
    role: (role) => (role ? word(`role.${role}`, role) : ''),
    county: (tenant) => (tenant === '*' ? t('admin.wholeSystem') : (places.answer?.places.find((p) => p.tenant === tenant)?.name ?? tenant)),
    outcome: (code) => word(`admin.outcome.${code.replace('auth.', '')}`, code),
    action: (code) => word(`ledger.action.${code}`, code),
  }
}
