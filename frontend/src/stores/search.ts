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
  /** The query whose only answer was opened: who goes back from it sees the list, and is not sent there again. */
  const opened = ref('')
  const focusCount = ref(0)

  function focus(): void {
    focusCount.value++
  }

  return { query, swiped, opened, focusCount, focus }
})
