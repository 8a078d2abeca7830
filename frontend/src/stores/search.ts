/**
 * What is being looked for, from anywhere.
 *
 * Kept here and never in an address: a query may be a person's number.
 */
import { ref } from 'vue'
import { defineStore } from 'pinia'

export const useSearch = defineStore('search', () => {
  const query = ref('')
  /** A number just read from a card, waiting for the screen that takes it. */
  const swiped = ref<string | null>(null)
  const focusCount = ref(0)

  function focus(): void {
    focusCount.value++
  }

  return { query, swiped, focusCount, focus }
})
