import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { heldTicket, holdTicket } from '@/modules/queue/followLink'
import { useVoice } from '@/modules/queue/useVoice'

const spoken: string[] = []

function browser(able: boolean, touched = true): void {
  vi.stubGlobal('speechSynthesis', able ? { speak: (one: { text: string }) => spoken.push(one.text), cancel: () => undefined } : undefined)
  if (!able) delete (window as { speechSynthesis?: unknown }).speechSynthesis
  vi.stubGlobal('SpeechSynthesisUtterance', class { lang = ''; constructor(readonly text: string) {} })
  Object.defineProperty(navigator, 'userActivation', { value: { hasBeenActive: touched }, configurable: true })
}
beforeEach(() => {
  spoken.length = 0
  localStorage.clear()
})
afterEach(() => vi.unstubAllGlobals())

test('a call is spoken, and muting is remembered by the screen', () => {
  browser(true)
  const voice = useVoice()
  voice.say('请 A 0 1 2 号', 'zh-CN')
  voice.toggle()
  voice.say('请 A 0 1 3 号', 'zh-CN')
  expect(spoken).toEqual(['请 A 0 1 2 号'])
  expect(useVoice().state.value).toBe('off')
})

test('a browser that cannot speak calls silently', () => {
  browser(false)
  const voice = useVoice()
  voice.toggle()
  voice.say('请 A 0 1 2 号', 'zh-CN')
  expect([voice.state.value, spoken]).toEqual(['none', []])
})

test('a board that nobody has touched yet waits for a touch', () => {
  browser(true, false)
  const voice = useVoice()
  voice.say('一', 'zh-CN')
  expect([voice.state.value, spoken]).toEqual(['locked', []])
  Object.defineProperty(navigator, 'userActivation', { value: { hasBeenActive: true }, configurable: true })
  voice.say('二', 'zh-CN')
  expect([voice.state.value, spoken]).toEqual(['on', ['二']])
})

test('a phone remembers its number for the day, hall by hall', () => {
  holdTicket('421202104221', '421202.x', 'A007')
  expect(heldTicket('421202104221')?.label).toBe('A007')
  expect(heldTicket('511681002001')).toBeNull()
  localStorage.setItem('linli.ticket.421202104221', JSON.stringify({ token: 'x', label: 'A001', day: 'yesterday' }))
  expect(heldTicket('421202104221')).toBeNull()
})
