/**
 * A list narrowed to an area that stands in the address: what to ask for, and the chip that takes it away.
 *
 * A prefecture narrows nothing: nobody sees more than one.
 */
import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Chip } from '@/shared/lib/table'
import { useDivisionNames } from './useDivisionNames'

const KEY = 'division'

export function useAreaFilter(): { division: ComputedRef<string | undefined>; chips: ComputedRef<Chip[]>; removeChip: (key: string) => void } {
  const route = useRoute()
  const router = useRouter()
  const division = computed(() => (typeof route.query[KEY] === 'string' && /^(\d{6}|\d{9}|\d{12})$/.test(route.query[KEY]) ? route.query[KEY] : undefined))
  const names = useDivisionNames(computed(() => (division.value ? [division.value] : [])))
  const chips = computed(() => (division.value ? [{ key: KEY, label: names.value[division.value] || division.value }] : []))
  const removeChip = (key: string): void => void (key === KEY && router.replace({ query: { ...route.query, [KEY]: undefined } }))
  return { division, chips, removeChip }
}
