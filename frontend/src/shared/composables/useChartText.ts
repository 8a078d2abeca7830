/** How large the words of a drawn chart are, in its own units: larger on a phone, where the drawing is smaller, and larger again in elder mode. */
import { storeToRefs } from 'pinia'
import { computed, type ComputedRef } from 'vue'
import { usePreferences } from '@/stores/preferences'
import { useNarrow } from './useNarrow'

// As the text around it grows: from 15 px to 20 px, and the smallest from 13 px to 18 px.
const ELDER = 1.4

export function useChartText(desk: number, phone: number): ComputedRef<number> {
  const narrow = useNarrow()
  const { elder } = storeToRefs(usePreferences())
  return computed(() => (narrow.value ? phone : desk) * (elder.value ? ELDER : 1))
}

/** About how wide a text of digits is drawn at a size. */
export const widthOf = (text: string, size: number): number => text.length * size * 0.62
