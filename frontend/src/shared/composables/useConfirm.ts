/** Confirmation of harm: the only modal there is. It names what will happen and can ask for a reason. */
import { shallowRef } from 'vue'

export interface Harm {
  title: string
  /** What happens, in sentences, one per line. */
  consequences: string[]
  /** The verb on the button. */
  action: string
  /** Irreversible acts wear the seal's red. */
  binding?: boolean
  /** Ask for a reason of this label; the answer is refused while it is empty. */
  reason?: string
  /** The act itself, for words that must not be lost: the dialog stays with them until it went well, and says what was wrong. */
  send?: (reason: string) => Promise<unknown>
  /** What is said when it went well. */
  done?: string
}

interface Pending extends Harm {
  settle: (reason: string | null) => void
}

/** Words that were written and did not get through, by whose they are and what they were about; gone with the page. */
export const unsentWords = new Map<string, string>()

export const pendingHarm = shallowRef<Pending | null>(null)

/** The reason given (empty when none was asked), or null when the person thought better of it. */
export function confirmHarm(harm: Harm): Promise<string | null> {
  pendingHarm.value?.settle(null)
  return new Promise((resolve) => {
    pendingHarm.value = {
      ...harm,
      settle: (reason) => {
        pendingHarm.value = null
        resolve(reason)
      },
    }
  })
}
