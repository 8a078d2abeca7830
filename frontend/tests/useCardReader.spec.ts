import { mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { useCardReader } from '@/shared/composables/useCardReader'
import { isElder } from '@/shared/lib/identityNumber'

const NUMBER = '42120219430611002X'
const READER_MS = 5
const FINGERS_MS = 120

let clock = 0
/** Types into `target` as a browser would: what no listener prevents arrives in the field. */
function type(text: string, target: HTMLElement, every: number): void {
  for (const key of [...text, 'Enter']) {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
    Object.defineProperty(event, 'timeStamp', { value: (clock += every) })
    const goesOn = target.dispatchEvent(event)
    if (goesOn && target instanceof HTMLInputElement && key.length === 1) target.value += key
  }
  clock += 1000
}

function screen(attributes: Record<string, string> = {}) {
  const swiped = vi.fn()
  const below = vi.fn()
  const held = mount(defineComponent({ setup: () => (useCardReader(swiped), () => h('div', [h('input', { value: '6217', ...attributes }), h('button')])) }), { attachTo: document.body })
  window.addEventListener('keydown', below)
  return { swiped, below, input: held.find('input').element, button: held.find('button').element, close: () => (window.removeEventListener('keydown', below), held.unmount()) }
}
afterEach(() => document.body.replaceChildren())

test('a card is heard outside a field, and no key of the screen reacts to its digits or its Enter', () => {
  const { swiped, below, button, close } = screen()
  type(NUMBER, button, READER_MS)
  expect(swiped).toHaveBeenCalledExactlyOnceWith(NUMBER)
  expect(below).toHaveBeenCalledTimes(2)
  close()
})

test('a card that is swiped into a form leaves the field as it was and accepts nothing', () => {
  const { swiped, below, input, close } = screen()
  type(NUMBER.toLowerCase(), input, READER_MS)
  expect(swiped).toHaveBeenCalledExactlyOnceWith(NUMBER)
  expect(input.value).toBe('6217')
  expect(below.mock.calls.map(([event]) => (event as KeyboardEvent).key)).not.toContain('Enter')
  close()
})

test('a field that is for such a number keeps it, in place of what it held, and nothing is sent by it', () => {
  const { swiped, below, input, close } = screen({ 'data-card': '' })
  type(NUMBER, input, READER_MS)
  expect(swiped).not.toHaveBeenCalled()
  expect(input.value).toBe(NUMBER)
  expect(below.mock.calls.map(([event]) => (event as KeyboardEvent).key)).not.toContain('Enter')
  close()
})

test('whoever types a number with fingers is no card reader', () => {
  const { swiped, input, close } = screen()
  type(NUMBER, input, FINGERS_MS)
  expect(swiped).not.toHaveBeenCalled()
  expect(input.value).toBe(`6217${NUMBER}`)
  close()
})

test('a permit of Hong Kong or Macau is heard, a bank card is not', () => {
  const { swiped, button, close } = screen()
  type('621700123456789012', button, READER_MS)
  expect(swiped).toHaveBeenCalledOnce()
  type('6217001234567890128', button, READER_MS)
  expect(swiped).toHaveBeenCalledOnce()
  close()
})

test('a card tells at the kiosk that its holder is an elder from the day of sixty on', () => {
  expect(isElder('421202196611230021', '2026-11-22')).toBe(false)
  expect(isElder('421202196611220021', '2026-11-22')).toBe(true)
  expect(isElder('HKG000000000000', '2026-11-22')).toBe(false)
})

test('a field that was entered by a key just before keeps what it asks for', () => {
  const { swiped, input, button, close } = screen({ 'data-card': '' })
  const tab = new KeyboardEvent('keydown', { key: 'Tab', bubbles: true })
  Object.defineProperty(tab, 'timeStamp', { value: (clock += READER_MS) })
  button.dispatchEvent(tab)
  input.value = ''
  type(NUMBER, input, READER_MS)
  expect(input.value).toBe(NUMBER)
  expect(swiped).not.toHaveBeenCalled()
  close()
})
