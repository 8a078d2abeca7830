/** A value with undo and redo. Changes of the same spot in quick succession, as typing makes them, are one step. */
import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'

const ONE_STEP_MS = 900
const MOST_STEPS = 200

export interface History<T> {
  value: Readonly<ShallowRef<T>>
  set: (next: T, spot?: string) => void
  /** Changes every step alike: what somebody else wrote, undoing never takes back. */
  rebase: (change: (one: T) => T) => void
  /** Begin again from here: nothing before it can be undone. */
  reset: (next: T) => void
  undo: () => void
  redo: () => void
  canUndo: ComputedRef<boolean>
  canRedo: ComputedRef<boolean>
}

export function useHistory<T>(initial: T, now: () => number = Date.now): History<T> {
  const value = shallowRef(initial) as ShallowRef<T>
  const past = shallowRef<T[]>([])
  const future = shallowRef<T[]>([])
  let lastSpot = ''
  let lastAt = 0

  function set(next: T, spot = ''): void {
    const joined = spot !== '' && spot === lastSpot && now() - lastAt < ONE_STEP_MS
    if (!joined) past.value = [...past.value.slice(-MOST_STEPS + 1), value.value]
    ;[lastSpot, lastAt] = [spot, now()]
    future.value = []
    value.value = next
  }
  function reset(next: T): void {
    past.value = []
    future.value = []
    lastSpot = ''
    value.value = next
  }
  function rebase(change: (one: T) => T): void {
    past.value = past.value.map(change)
    future.value = future.value.map(change)
    lastSpot = ''
    value.value = change(value.value)
  }
  function step(from: ShallowRef<T[]>, to: ShallowRef<T[]>): void {
    const next = from.value.at(-1)
    if (next === undefined) return
    to.value = [...to.value, value.value]
    from.value = from.value.slice(0, -1)
    lastSpot = ''
    value.value = next
  }
  return {
    value,
    set,
    rebase,
    reset,
    undo: () => step(past, future),
    redo: () => step(future, past),
    canUndo: computed(() => past.value.length > 0),
    canRedo: computed(() => future.value.length > 0),
  }
}
