/** A list narrowed to what a figure of the cockpit counts, as its address says: what to ask for, and the chip that takes it away. */
import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { day } from '@/shared/lib/format'
import type { Chip } from '@/shared/lib/table'

const KEY = 'counted'
const DAY = /^\d{4}-\d{2}-\d{2}$/

export type Counted = Partial<Record<'counted' | 'since' | 'until', string>>

export function useCounted(figures: readonly string[]): { counted: ComputedRef<Counted>; countedChips: ComputedRef<Chip[]>; countAll: (key?: string) => void } {
  const { t } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const asked = (name: string): string | undefined => (typeof route.query[name] === 'string' && DAY.test(route.query[name]) ? route.query[name] : undefined)
  const counted = computed<Counted>(() => {
    const figure = figures.find((one) => one === route.query[KEY])
    return figure ? { counted: figure, since: asked('since'), until: asked('until') } : {}
  })
  const countedChips = computed<Chip[]>(() => {
    const { counted: figure, since, until } = counted.value
    return figure ? [{ key: KEY, label: [t(`cockpit.of.${figure}`), ...(since && until ? [`${day(since)}—${day(until)}`] : [])].join(' ') }] : []
  })
  /** Takes the chip away; another chip's key does nothing. */
  const countAll = (key: string = KEY): void => void (key === KEY && router.replace({ query: { ...route.query, counted: undefined, since: undefined, until: undefined } }))
  return { counted, countedChips, countAll }
}
