/**
 * A card reader that types: 18 characters and Enter, far faster than fingers.
 *
 * Heard wherever the focus is outside a text field; inside one the reader types into the field as usual.
 */
import { onScopeDispose } from 'vue'

const GAP_MS = 60
const NUMBER = /^(\d{17}[\dX]|[A-Z]{3}\d{12})$/

export function useCardReader(swiped: (identityNumber: string) => void): void {
  let typed = ''
  let last = 0

  function listen(event: KeyboardEvent): void {
    const target = event.target instanceof Element ? event.target : null
    if (target?.matches('input,textarea,select') || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.timeStamp - last > GAP_MS) typed = ''
    last = event.timeStamp
    if (event.key === 'Enter') {
      const number = typed.toUpperCase()
      typed = ''
      if (NUMBER.test(number)) {
        event.preventDefault()
        event.stopImmediatePropagation()
        swiped(number)
      }
    } else if (event.key.length === 1) {
      typed += event.key
      // From the third quick character on no screen key may react to the reader.
      if (typed.length > 2) event.stopImmediatePropagation()
    }
  }

  window.addEventListener('keydown', listen, { capture: true })
  onScopeDispose(() => window.removeEventListener('keydown', listen, { capture: true }))
}
