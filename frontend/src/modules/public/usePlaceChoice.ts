/** The county whose pages are shown: named in the address, chosen before, or the first one; and the village, which the address alone keeps. */
import { computed, type ComputedRef, type WritableComputedRef } from 'vue'
import { useRoute, useRouter, type LocationQuery } from 'vue-router'
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
    const wanted = [divisionOf(route.query).slice(0, 6), route.query.place, localStorage.getItem(KEY)].find((p) => list.value.some((place) => place.tenant === p))
    // The demo's people live in two counties; a visitor of the demo lands where there is something to see.
    const home = places.answer?.accounts?.find((a) => a.division)?.division.slice(0, 6)
    return typeof wanted === 'string' ? wanted : (list.value.find((p) => p.tenant === home)?.tenant ?? list.value[0]?.tenant ?? '')
  })
  const name = computed(() => list.value.find((p) => p.tenant === chosen.value)?.name ?? '')

  function choose(tenant: string): void {
    localStorage.setItem(KEY, tenant)
    // A division of the address lies in another county.
    void router.replace({ query: { ...route.query, place: tenant, division: undefined } })
  }
  return { list, chosen, name, choose }
}

function divisionOf(query: LocationQuery): string {
  return typeof query.division === 'string' && /^(\d{6}|\d{9}|\d{12})$/.test(query.division) ? query.division : ''
}

/** What `?division=` names: `division` as it is, `village` where it is a village ('' otherwise), which can be set. */
export function useVillageChoice(): { division: ComputedRef<string>; village: WritableComputedRef<string> } {
  const route = useRoute()
  const router = useRouter()
  const division = computed(() => divisionOf(route.query))
  const village = computed({
    get: () => (division.value.length === 12 ? division.value : ''),
    set: (code: string) => void router.replace({ query: { ...route.query, division: code || undefined } }),
  })
  return { division, village }
}
