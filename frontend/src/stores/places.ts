/** The places this system serves, readable without sign-in; tells whether this is the demo. */
import { computed, ref } from 'vue'
import { defineStore } from 'pinia'
import { http } from '@/api/http'

export interface DemoAccount {
  username: string
  name: string
  role: string
  title?: string
  division: string
  division_name: string
}

export interface Place {
  tenant: string
  name: string
  prefecture?: string
  profile?: string
}

interface PlacesAnswer {
  demo: boolean
  places: Place[]
  accounts?: DemoAccount[]
  password?: string
}

export const usePlaces = defineStore('places', () => {
  const answer = ref<PlacesAnswer | null>(null)
  const demo = computed(() => answer.value?.demo === true)

  async function load(): Promise<void> {
    answer.value ??= await http.get<PlacesAnswer>('/api/auth/v1/places').catch(() => null)
  }

  return { answer, demo, load }
})
