import { createPinia, setActivePinia } from 'pinia'
import { nextTick } from 'vue'
import { beforeEach, describe, expect, it } from 'vitest'
import { useCounter } from '@/stores/counter'

const inHand = (id: string, window: string): { id: string; label: string; window_id: string } => ({ id, label: 'A001', window_id: window })

/** The counter of a page that was opened anew in the same browser. */
function opened(): ReturnType<typeof useCounter> {
  setActivePinia(createPinia())
  return useCounter()
}

describe('the window of a browser', () => {
  beforeEach(() => localStorage.clear())

  it('is where the number in hand was called', () => {
    const counter = opened()
    counter.hold(inHand('t1', 'second'))
    expect(counter.windowId).toBe('second')
  })

  it('stays the one that was chosen since, also when a page is opened anew', async () => {
    const counter = opened()
    counter.hold(inHand('t1', 'second'))
    counter.sit('first')
    await nextTick()
    const later = opened()
    later.hold(inHand('t1', 'second'))
    expect(later.windowId).toBe('first')
    expect(later.servedAt, 'the number itself is still at its own').toBe('second')
  })

  it('stays the one that was chosen before the desk had said what is in hand', () => {
    const counter = opened()
    counter.sit('first')
    counter.hold(inHand('t1', 'second'))
    expect(counter.windowId).toBe('first')
  })

  it('is where the next number is called, or where the same one was sent', () => {
    const counter = opened()
    counter.hold(inHand('t1', 'second'))
    counter.sit('first')
    counter.hold(null)
    expect(counter.servedAt).toBe('first')
    counter.hold(inHand('t2', 'second'))
    expect(counter.windowId).toBe('second')
    counter.hold(inHand('t2', 'third'))
    expect(counter.windowId).toBe('third')
  })
})
