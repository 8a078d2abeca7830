import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router'
import { usePlaceChoice, useVillageChoice, type PlaceChoice } from '@/modules/public/usePlaceChoice'
import { usePlaces, type Place } from '@/stores/places'

const PLACES = [{ tenant: '421202', name: '咸安区' }, { tenant: '511681', name: '华蓥市' }] as Place[]
let used: PlaceChoice & ReturnType<typeof useVillageChoice>

async function opened(address: string): Promise<Router> {
  const Page = defineComponent({
    setup() {
      used = { ...usePlaceChoice(), ...useVillageChoice() }
      return () => h('p')
    },
  })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/disclosures', component: Page }] })
  await router.push(address)
  mount(defineComponent({ render: () => h(RouterView) }), { global: { plugins: [router] } })
  await flushPromises()
  return router
}

const placesCome = (): unknown => (usePlaces().answer = { demo: true, places: PLACES, accounts: [] } as never)

describe('the place of a public page', () => {
  beforeEach(() => {
    setActivePinia(createPinia())
    localStorage.clear()
  })

  it('keeps the village of the address when the places come later than the page', async () => {
    await opened('/disclosures?division=511681002001')
    expect(used.village.value).toBe('511681002001')
    placesCome()
    await flushPromises()
    expect(used.village.value).toBe('511681002001')
    expect(used.chosen.value).toBe('511681')
  })

  it('follows the address before what this browser chose last', async () => {
    localStorage.setItem('linli.place', '421202')
    await opened('/disclosures?division=511681')
    placesCome()
    expect([used.chosen.value, used.division.value, used.village.value]).toEqual(['511681', '511681', ''])
  })

  it('leaves the village when another county is chosen, and keeps what else the address says', async () => {
    const router = await opened('/disclosures?division=511681002001&year=2026')
    placesCome()
    used.choose('421202')
    await flushPromises()
    expect(used.village.value).toBe('')
    expect(router.currentRoute.value.query).toEqual({ place: '421202', year: '2026' })
  })

  it('writes a village that is picked into the address, so that the way back finds it', async () => {
    const router = await opened('/disclosures')
    placesCome()
    used.village.value = '421202104221'
    await flushPromises()
    expect(router.currentRoute.value.query.division).toBe('421202104221')
    expect(used.chosen.value).toBe('421202')
  })

  it('takes no nonsense for a place', async () => {
    await opened('/disclosures?division=99&place=nowhere')
    placesCome()
    expect([used.division.value, used.chosen.value]).toEqual(['', '421202'])
  })
})
