/** Where the phone is. Asked only when the person presses; without an answer the place is described in words. */
import { ref, type Ref } from 'vue'
import type { Position } from './api'

const WAIT_MS = 10_000
/** Five digits are about a metre: no more is needed to find a lamp. */
const DIGITS = 5

export function usePosition(): { position: Ref<Position | null>; failed: Ref<boolean>; locate: () => void } {
  const position = ref<Position | null>(null)
  const failed = ref(false)
  const rounded = (degrees: number): number => Number(degrees.toFixed(DIGITS))

  function locate(): void {
    failed.value = false
    const device = 'geolocation' in navigator ? navigator.geolocation : null
    if (!device) {
      failed.value = true
      return
    }
    device.getCurrentPosition(
      ({ coords }) => (position.value = { latitude: rounded(coords.latitude), longitude: rounded(coords.longitude) }),
      () => (failed.value = true),
      { enableHighAccuracy: true, timeout: WAIT_MS },
    )
  }
  return { position, failed, locate }
}
