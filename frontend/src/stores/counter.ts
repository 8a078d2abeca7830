/** The counter: which window this browser serves and the number being served there. */
import { ref, watch } from 'vue'
import { defineStore } from 'pinia'

export interface RunningTicketInfo {
  id: string
  label: string
  called_at?: string | null
  window_id?: string | null
}

export const useCounter = defineStore('counter', () => {
  const windowId = ref<string | null>(localStorage.getItem('linli.window'))
  const ticket = ref<RunningTicketInfo | null>(null)
  watch(windowId, (id) => (id ? localStorage.setItem('linli.window', id) : localStorage.removeItem('linli.window')))
  return { windowId, ticket }
})
