/** The one line that introduces a person in a list. */
import { useI18n } from 'vue-i18n'
import { ageOn } from '@/shared/lib/format'
import type { ResidentBrief } from './api'

export function useCardText(): { personLine: (p: ResidentBrief) => string; sexOf: (p: ResidentBrief) => string; ageOf: (p: ResidentBrief) => string } {
  const { t, te } = useI18n()
  const sexOf = (p: ResidentBrief): string => (p.sex && te(`people.sex.${p.sex}`) ? t(`people.sex.${p.sex}`) : (p.sex ?? ''))
  const ageOf = (p: ResidentBrief): string => {
    const age = p.age ?? (p.birth_date ? ageOn(p.birth_date) : null)
    return age === null || age === undefined ? '' : t('people.age', { age })
  }
  const personLine = (p: ResidentBrief): string => [sexOf(p), ageOf(p), p.division_name, p.grid_name, p.relation_name].filter(Boolean).join(' · ')
  return { personLine, sexOf, ageOf }
}
