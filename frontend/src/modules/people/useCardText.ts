/** The words that introduce a person: sex, age, presence, and the one line of a list. */
import { useI18n } from 'vue-i18n'
import { ageOn } from '@/shared/lib/format'
import type { ResidentBrief } from './api'

interface CardText {
  personLine: (p: ResidentBrief) => string
  sexOf: (p: ResidentBrief) => string
  ageOf: (p: ResidentBrief) => string
  presenceOf: (p: ResidentBrief) => string
}

export function useCardText(): CardText {
  const { t, te } = useI18n()
  const word = (key: string, code: string | null | undefined): string => (code && te(`${key}.${code}`) ? t(`${key}.${code}`) : (code ?? ''))
  const sexOf = (p: ResidentBrief): string => word('people.sex', p.sex)
  const presenceOf = (p: ResidentBrief): string => word('people.presence', p.presence)
  const ageOf = (p: ResidentBrief): string => {
    const age = p.age ?? (p.birth_date ? ageOn(p.birth_date) : null)
    return age === null || age === undefined ? '' : t('people.age', { age })
  }
  const personLine = (p: ResidentBrief): string => [sexOf(p), ageOf(p), p.division_name, p.grid_name, p.relation_name].filter(Boolean).join(' · ')
  return { personLine, sexOf, ageOf, presenceOf }
}
