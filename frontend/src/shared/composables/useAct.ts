/**
 * One act on the server at a time: whether it is under way, what was wrong, and the key that makes a retry harmless.
 *
 * The key stays for a retry of the same content; `renew` is called when the content changes.
 */
import { ref, type Ref } from 'vue'
import { newKey } from '@/api/http'
import { asProblem } from '@/api/problem'
import { toast } from './useToast'
import { useProblemText } from './useProblemText'

export interface Act {
  busy: Ref<boolean>
  /** What was wrong, in words; empty when nothing was. */
  problem: Ref<string>
  /** The code of what was wrong, for a form that knows a way out. */
  code: Ref<string>
  /** By the name of the field, without the slash of its pointer. */
  faults: Ref<Record<string, string>>
  renew: () => void
  /** Does it, says `done`, and tells whether it went well. */
  act: <T>(work: (key: string) => Promise<T>, done: string | ((result: T) => string)) => Promise<boolean>
}

/** `told`: what was wrong is shown where the act is; otherwise a note at the edge of the screen says it. */
export function useAct(told = false): Act {
  const { report, explain } = useProblemText()
  const busy = ref(false)
  const problem = ref('')
  const code = ref('')
  const faults = ref<Record<string, string>>({})
  let key = newKey()
  const renew = (): void => {
    key = newKey()
  }

  async function act<T>(work: (key: string) => Promise<T>, done: string | ((result: T) => string)): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    problem.value = code.value = ''
    faults.value = {}
    try {
      const result = await work(key)
      renew()
      toast(typeof done === 'string' ? done : done(result))
      return true
    } catch (error) {
      problem.value = explain(error).what
      code.value = asProblem(error).code
      faults.value = Object.fromEntries(asProblem(error).errors.map((one) => [one.pointer.replace(/^\//, ''), one.detail]))
      if (!told) report(error)
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, code, faults, renew, act }
}
