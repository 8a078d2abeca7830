/** The place's procedures with their names in the reader's language, and a step's rule in words. */
import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useQuery } from '@tanstack/vue-query'
import { useCatalogue } from '@/modules/disclosures/useCatalogue'
import { visited } from '@/shared/lib/visit'
import { deliberationApi, type Procedure, type Step } from './api'
import { useSaid, type Named } from './useSaid'

type Rule = Pick<Step, 'quorum' | 'majority' | 'notice_days' | 'publicity' | 'publicity_en' | 'ballot' | 'unit' | 'online' | 'proxies' | 'kind' | 'categories' | 'cost' | 'evaluates' | 'invites' | 'non_local'>
export interface ProcedureWords {
  procedures: ComputedRef<Procedure[]>
  loading: ComputedRef<boolean>
  error: ComputedRef<Error | null>
  retry: () => void
  said: (name: Named) => string
  /** Quorum, majority, notice, publicity and its categories, and what else a step asks for, in short. */
  rule: (step: Rule) => string[]
}

export function useProcedures(): ProcedureWords {
  const { t, locale } = useI18n()
  const query = useQuery({ queryKey: ['deliberations', 'procedures', visited], queryFn: deliberationApi.procedures, staleTime: Infinity })
  const said = useSaid()
  const { category } = useCatalogue()
  /** `≥ 2/3 eligible` in words. */
  const share = (bound: string): string => {
    const [sign, number, whole] = bound.split(' ')
    return t(`deliberations.share.${sign === '≥' ? 'atLeast' : 'moreThan'}`, { number, whole: t(`deliberations.${whole}`) })
  }
  /** Whom a meeting without a vote calls. */
  const invited = (step: Pick<Step, 'invites'>): string => (step.invites?.who ?? []).map((one) => t(`deliberations.body.${one}`)).join(t('deliberations.and'))
  const rule: ProcedureWords['rule'] = (step) => {
    const words: string[] = []
    if (step.kind === 'vote') words.push(t(`deliberations.rule.${step.ballot}`))
    if (step.unit === 'household') words.push(t('deliberations.rule.household'))
    if (step.online) words.push(t('deliberations.rule.online'))
    if (step.invites) words.push(t('deliberations.rule.invites', { who: invited(step) }))
    if (step.non_local) words.push(t('deliberations.rule.nonLocal'))
    if (step.quorum) words.push(t('deliberations.rule.quorum', { share: share(step.quorum) }))
    if (step.majority) words.push(t('deliberations.rule.majority', { share: share(step.majority) }))
    if (step.notice_days) words.push(t('deliberations.rule.notice', { days: step.notice_days }))
    if (step.proxies) words.push(t('deliberations.rule.proxies', { count: step.proxies }))
    if (step.publicity) words.push(t('deliberations.rule.publicity', { days: locale.value === 'en' ? step.publicity_en : step.publicity }))
    if (step.categories.length) words.push(t('deliberations.rule.categories', { names: step.categories.map(category).join('、') }))
    if (step.cost) words.push(t('deliberations.rule.cost'))
    if (step.evaluates) words.push(t('deliberations.rule.evaluates'))
    return words
  }
  return { procedures: computed(() => query.data.value?.items ?? []), loading: computed(() => query.isPending.value), error: computed(() => query.error.value), retry: () => void query.refetch(), said, rule }
}
