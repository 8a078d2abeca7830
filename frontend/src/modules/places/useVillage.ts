/** The village whose places are on the screen: the own one, or one of the own area. */
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import { useQuery } from '@tanstack/vue-query'
import { useSession } from '@/stores/session'
import { readVillages, type Division } from './api'

const VILLAGE_DIGITS = 12
/** Stays chosen from page to page. */
const chosen = ref('')

export function useVillage(): { area: ComputedRef<string>; village: Ref<string>; villages: ComputedRef<Division[] | undefined> } {
  const session = useSession()
  const area = computed(() => session.division)
  const village = computed({
    get: () => (area.value.length === VILLAGE_DIGITS ? area.value : chosen.value.startsWith(area.value) ? chosen.value : ''),
    set: (code: string) => (chosen.value = code),
  })
  const query = useQuery({
    queryKey: ['divisions', 'villages', area],
    queryFn: () => readVillages(area.value),
    enabled: computed(() => area.value.length > 0 && area.value.length < VILLAGE_DIGITS),
  })
  watch(
    () => query.data.value,
    (list) => {
      if (!village.value && list?.[0]) village.value = list[0].code
    },
    { immediate: true },
  )
  return { area, village, villages: computed(() => query.data.value) }
}
