/** The person before the counter and the draft being written for them; kept while the clerk looks elsewhere. */
import { ref } from 'vue'
import { defineStore } from 'pinia'
import type { ResidentBrief } from '@/modules/people/api'

export const useCounterPerson = defineStore('counter-person', () => {
  const person = ref<ResidentBrief | null>(null)
  const draftId = ref<string | null>(null)

  function choose(next: ResidentBrief | null, draft: string | null = null): void {
    person.value = next
    draftId.value = draft
  }

  return { person, draftId, choose }
})
