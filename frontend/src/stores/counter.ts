/**
 * The counter: which window this browser serves and the number being served there.
 *
 * A number in hand leads to the window where it was called, once. Whoever then chooses another window stays there, also through a
 * reload: what is asked on the pad of a window must not wander off to the next one because a page was opened anew.
 */
import { computed, ref, watch } from 'vue'
import { defineStore } from 'pinia'

export interface RunningTicketInfo {
  id: string
  label: string
  called_at?: string | null
  window_id?: string | null
}

const WINDOW = 'linli.window'
const FOLLOWED = 'linli.window.followed'

export const useCounter = defineStore('counter', () => {
  const windowId = ref<string | null>(localStorage.getItem(WINDOW))
  const ticket = ref<RunningTicketInfo | null>(null)
  /** Where recalling, skipping and sending on take place: the number's own window. */
  const servedAt = computed(() => ticket.value?.window_id ?? windowId.value)
  let heard = false
  let chosenUnheard = false
  watch(windowId, (id) => (id ? localStorage.setItem(WINDOW, id) : localStorage.removeItem(WINDOW)))

  /** Somebody says at which window they sit. */
  function sit(id: string | null): void {
    windowId.value = id
    chosenUnheard = !heard
  }
  /** The desk says which number this clerk has in hand. */
  function hold(inHand: RunningTicketInfo | null): void {
    ticket.value = inHand
    const place = inHand?.window_id ? `${inHand.id} ${inHand.window_id}` : ''
    if (place && place !== localStorage.getItem(FOLLOWED)) {
      localStorage.setItem(FOLLOWED, place)
      if (!chosenUnheard) windowId.value = inHand!.window_id!
    }
    heard = true
    chosenUnheard = false
  }
  return { windowId, ticket, servedAt, sit, hold }
})
