import { mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { currentKeys, useKeyLayer, useKeys } from '@/shared/composables/useKeys'

const press = (key: string, target: EventTarget = document.body): void => void target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
const Screen = (run: () => void) => defineComponent({ setup: () => (useKeys([{ key: 'n', label: 'next', run }, { key: 'F2', label: 'call', run }]), () => h('div', [h('input')])) })

afterEach(() => document.body.replaceChildren())

test('a letter is not taken from somebody who types, a function key is', () => {
  const run = vi.fn()
  const screen = mount(Screen(run), { attachTo: document.body })
  const input = screen.find('input').element
  press('n', input)
  expect(run).not.toHaveBeenCalled()
  press('F2', input)
  press('n')
  expect(run).toHaveBeenCalledTimes(2)
  screen.unmount()
})

test('an open panel silences the screen beneath until it closes', () => {
  const below = vi.fn()
  const close = vi.fn()
  const screen = mount(Screen(below))
  const panel = mount(defineComponent({ setup: () => (useKeyLayer([{ key: 'Escape', label: 'close', run: close }]), () => h('div')) }))
  press('n')
  press('Escape')
  expect(below).not.toHaveBeenCalled()
  expect(close).toHaveBeenCalledOnce()
  expect(currentKeys.value.map((k) => k.key)).toEqual(['Escape'])
  panel.unmount()
  press('n')
  expect(below).toHaveBeenCalledOnce()
  screen.unmount()
})
