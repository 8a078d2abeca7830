/**
 * How the record on the screen stands now, in words, for whoever is refused because somebody else was quicker.
 *
 * A page that shows one record says it here; the innermost that is open answers (`useProblemText`).
 */
import { onScopeDispose } from 'vue'

export interface Standing {
  state: string
  /** Who brought it there, where the record says so. */
  by?: string | null
}
type Say = () => Standing | undefined

const open: Say[] = []

export function useStanding(say: Say): void {
  open.push(say)
  onScopeDispose(() => open.splice(open.indexOf(say), 1))
}

export const standing = (): Standing | undefined => open.at(-1)?.()
