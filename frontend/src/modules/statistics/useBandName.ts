/** A class of age in words. */
import { useI18n } from 'vue-i18n'
import type { Band } from './api'

export function useBandName(): (band: Band) => string {
  const { t } = useI18n()
  return (b) => (b.from_age === null ? t('statistics.unknown') : b.to_age === null ? t('statistics.oldest', { from: b.from_age }) : t('statistics.from', { from: b.from_age, to: b.to_age - 1 }))
}
