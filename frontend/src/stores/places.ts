/** The places this system serves, readable without sign-in; tells whether this is the demo. */
import { computed, ref } from 'vue'
import { defineStore } from 'pinia'
import { http } from '@/api/http'
import type { Schemas } from '@/api/types'

export type DemoAccount = Schemas['DemoAccountOut']
export type Place = Schemas['PlaceOut']

export const usePlaces = defineStore('places', () => {
  const answer = ref<Schemas['Places'] | null>(null)
  const demo = computed(() => answer.value?.demo === true)

  async function load(): Promise<void> {
    answer.value ??= await http.get<Schemas['Places']>('/api/auth/v1/places').catch(() => null)
  }

  return { answer, demo, load }
})
