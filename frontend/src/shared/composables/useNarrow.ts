/** Whether the screen is as narrow as a phone held upright. */
import { onBeforeUnmount, ref, type Ref } from 'vue'

export function useNarrow(): Ref<boolean> {
  const query = window.matchMedia('(max-width: 600px)')
  const narrow = ref(query.matches)
  const follow = (): void => void (narrow.value = query.matches)
  query.addEventListener('change', follow)
  onBeforeUnmount(() => query.removeEventListener('change', follow))
  return narrow
}
