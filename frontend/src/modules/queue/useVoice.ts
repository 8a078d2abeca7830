/**
 * Speaks calls aloud. Browsers speak only after somebody touched the page once, and some cannot speak at all:
 * then the board calls silently, in large figures.
 */
import { ref, type Ref } from 'vue'

const MUTED = 'linli.board.muted'

export interface Voice {
  /** `off`: muted by hand; `none`: this browser cannot speak; `locked`: waits for a touch. */
  state: Ref<'on' | 'off' | 'none' | 'locked'>
  toggle: () => void
  say: (words: string, language: string) => void
}

export function useVoice(): Voice {
  const able = 'speechSynthesis' in window && 'SpeechSynthesisUtterance' in window
  const touched = (): boolean => navigator.userActivation?.hasBeenActive ?? true
  const state = ref<'on' | 'off' | 'none' | 'locked'>(!able ? 'none' : localStorage.getItem(MUTED) ? 'off' : touched() ? 'on' : 'locked')

  function toggle(): void {
    if (state.value === 'none') return
    state.value = state.value === 'on' ? 'off' : 'on'
    if (state.value === 'off') {
      localStorage.setItem(MUTED, '1')
      window.speechSynthesis.cancel()
    } else localStorage.removeItem(MUTED)
  }
  function say(words: string, language: string): void {
    if (state.value === 'locked' && touched()) state.value = 'on'
    if (state.value !== 'on') return
    const spoken = new SpeechSynthesisUtterance(words)
    spoken.lang = language
    window.speechSynthesis.speak(spoken)
  }
  return { state, toggle, say }
}
