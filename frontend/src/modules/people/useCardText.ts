/** The words that introduce a person: sex, age, relation to the head, presence, and the one line of a list. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { ageOn } from '@/shared/lib/format'
import type { ResidentBrief } from './api'
import { useDictionaries } from './useDictionary'

interface CardText {
  personLine: (p: ResidentBrief) => string
  sexOf: (p: ResidentBrief) => string
  ageOf: (p: ResidentBrief) => string
  presenceOf: (p: ResidentBrief) => string
  relationOf: (p: ResidentBrief) => string
}

export function useCardText(): CardText {
  const { t, te, locale } = useI18n()
  const word = (key: string, code: string | null | undefined): string => (code && te(`${key}.${code}`) ? t(`${key}.${code}`) : (code ?? ''))
  // The registry's own word is Chinese already.
  const words = useDictionaries(['relation'], () => !locale.value.startsWith('zh'))
  const relations = computed(() => new Map(words.value.relation))
  const relationOf = (p: ResidentBrief): string => relations.value.get(p.relation ?? '') ?? p.relation_name ?? ''
  const sexOf = (p: ResidentBrief): string => word('people.sex', p.sex)
  const presenceOf = (p: ResidentBrief): string => word('people.presence', p.presence)
  const ageOf = (p: ResidentBrief): string => {
    const age = p.age ?? (p.birth_date ? ageOn(p.birth_date) : null)
    return age === null || age === undefined ? '' : t('people.age', { age })
  }
  const personLine = (p: ResidentBrief): string => [sexOf(p), ageOf(p), p.division_name, p.grid_name, relationOf(p)].filter(Boolean).join(' · ')
  return { personLine, sexOf, ageOf, presenceOf, relationOf }
}
