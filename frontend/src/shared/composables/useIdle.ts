/** Seconds until an untouched session is closed; counts down only in the last two minutes. */
import { computed, onScopeDispose, type ComputedRef } from 'vue'
import { useNow } from './useNow'

const LIMIT_MS = 30 * 60_000
const NOTICE_MS = 2 * 60_000
const KEY = 'linli.touched'

export function useIdle(expired: () => void): ComputedRef<number | null> {
  const now = useNow()
  let written = 0
  const touch = (): void => {
    // Shared by all tabs, so the busiest one keeps the others open; written at most every 5 s.
    if (Date.now() - written < 5000) return
    written = Date.now()
    localStorage.setItem(KEY, String(written))
  }
  touch()
  const events = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const
  for (const name of events) window.addEventListener(name, touch, { passive: true })
  onScopeDispose(() => {
    for (const name of events) window.removeEventListener(name, touch)
  })
  let done = false
  return computed(() => {
    const left = LIMIT_MS - (now.value - Number(localStorage.getItem(KEY) ?? now.value))
    if (left <= 0 && !done) {
      done = true
      queueMicrotask(expired)
    }
    return left < NOTICE_MS ? Math.max(0, Math.round(left / 1000)) : null
  })
}
