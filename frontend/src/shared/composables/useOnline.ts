/** Whether the machine is on the network, and how many of this browser's items are not sent yet. */
import { ref } from 'vue'

export const online = ref(navigator.onLine)
export const unsent = ref(0)

window.addEventListener('online', () => (online.value = true))
window.addEventListener('offline', () => (online.value = false))
