/** The row whose panel is open, as the list has it now; one that left the list stays on the screen as it was. */
import { shallowRef, watch, type Ref, type ShallowRef } from 'vue'

export function useOpened<R>(rows: Ref<readonly R[]>, key: (row: R) => string): ShallowRef<R | null> {
  const opened = shallowRef<R | null>(null)
  watch(rows, (now) => {
    const was = opened.value
    if (was) opened.value = now.find((row) => key(row) === key(was)) ?? was
  })
  return opened
}
