/**
 * A card reader that types: 18 characters and Enter, far faster than fingers.
 *
 * Heard wherever the focus is. In a field that asks for something else the number would be one answer too many: it gets back what it
 * held, and the card goes where cards go. A field marked `data-card` is for such a number and keeps it; the reader's Enter is never an
 * acceptance that nobody meant.
 */
import { onScopeDispose } from 'vue'

// Readers need 2 to 40 ms for a character; the quickest typist some 80. A busy machine may stall once in between.
const MEAN_GAP_MS = 60
const LONGEST_GAP_MS = 250
const NUMBER = /^(\d{17}[\dX]|[A-Z]{3}\d{12})$/
const FIELD = 'input:not([type=checkbox],[type=radio],[type=button],[type=file]),textarea'

type Field = HTMLInputElement | HTMLTextAreaElement

export function useCardReader(swiped: (identityNumber: string) => unknown): void {
  let typed = ''
  let first = 0
  let last = 0
  let place: Element | null = null
  let field: Field | null = null
  let before = ''

  const quick = (): boolean => last - first <= MEAN_GAP_MS * typed.length
  function begin(target: Element | null, at: number): void {
    typed = ''
    first = at
    place = target
    field = target?.matches(FIELD) ? (target as Field) : null
    before = field?.value ?? ''
  }
  function listen(event: KeyboardEvent): void {
    const target = event.target instanceof Element ? event.target : null
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (event.timeStamp - last > LONGEST_GAP_MS || target !== place) begin(target, event.timeStamp)
    last = event.timeStamp
    if (event.key === 'Enter') {
      const number = NUMBER.test(typed.toUpperCase()) && quick() ? typed.toUpperCase() : ''
      const [held, was] = [field, before]
      begin(target, event.timeStamp)
      if (!number) return
      event.preventDefault()
      event.stopImmediatePropagation()
      if (held?.matches('[data-card]')) return put(held, number)
      if (held) put(held, was)
      swiped(number)
    } else if (event.key.length === 1) {
      typed += event.key
      // From the third quick character on no screen key may react to the reader.
      if (typed.length > 2 && !field && quick()) event.stopImmediatePropagation()
    }
  }

  window.addEventListener('keydown', listen, { capture: true })
  onScopeDispose(() => window.removeEventListener('keydown', listen, { capture: true }))
}

function put(field: Field, value: string): void {
  field.value = value
  for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }))
}
