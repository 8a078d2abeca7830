/** The county whose pages are shown: named in the address, chosen before, or the first one. */
import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { usePlaces, type Place } from '@/stores/places'

const KEY = 'linli.place'

export interface PlaceChoice {
  list: ComputedRef<Place[]>
  chosen: ComputedRef<string>
  name: ComputedRef<string>
  choose: (tenant: string) => void
}

export function usePlaceChoice(): PlaceChoice {
  const route = useRoute()
  const router = useRouter()
  const places = usePlaces()
  const list = computed(() => places.answer?.places ?? [])
  const chosen = computed(() => {
    const wanted = [route.query.place, localStorage.getItem(KEY)].find((p) => list.value.some((place) => place.tenant === p))
    // The demo's people live in two counties; a visitor of the demo lands where there is something to see.
    const home = places.answer?.accounts?.find((a) => a.division)?.division.slice(0, 6)
    return typeof wanted === 'string' ? wanted : (list.value.find((p) => p.tenant === home)?.tenant ?? list.value[0]?.tenant ?? '')
  })
  const name = computed(() => list.value.find((p) => p.tenant === chosen.value)?.name ?? '')

  function choose(tenant: string): void {
    localStorage.setItem(KEY, tenant)
    void router.replace({ query: { ...route.query, place: tenant } })
  }
  return { list, chosen, name, choose }
}
