/** Values of a comparison in words. */
import { useI18n } from 'vue-i18n'
import { day, groupNumber } from '@/shared/lib/format'

const NUMBERS = new Set(['identity_number', 'phone', 'bank_account'])

export function useFieldText(): (field: string, value: string | null) => string {
  const { t, te } = useI18n()
  return (field, value) => {
    if (value === null || value === '') return '—'
    if (NUMBERS.has(field)) return groupNumber(value)
    if (field === 'confirmed_at') return day(value)
    for (const key of [`people.${field}.${value}`, `duplicates.${field === 'document_kind' ? 'kind' : field}.${value}`]) if (te(key)) return t(key)
    return value
  }
}
