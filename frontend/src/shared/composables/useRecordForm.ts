/**
 * A form over a record that somebody else may change meanwhile: no typed word is lost, and no word of theirs is overwritten unseen.
 *
 * What was not typed in follows the record as it is read again. Where both wrote, what was typed stays in the form and `meanwhile` names
 * the field until the clerk settled it; then it is sent over the newest version.
 */
import { computed, reactive, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { asProblem } from '@/api/problem'
import { differ, type Meanwhile } from '@/shared/lib/merging'

const STALE_VERSION = 412

export interface RecordForm<R, F> {
  form: F
  /** The record as it was last read; its version is the one to send over. */
  record: ShallowRef<R | undefined>
  meanwhile: Ref<Meanwhile[]>
  /** Nothing waits for a choice between two values. */
  settled: ComputedRef<boolean>
  take: (record: R) => void
  settle: (name: string, mine: boolean) => void
  /** Sends over the record as it was read; refused because it changed, reads it again and says so. */
  over: <T>(work: (record: R) => Promise<T>) => Promise<T>
}

/** `seen`: what the screen shows of a field that the form never holds, as the mask of a number. */
export function useRecordForm<R, F extends object>(empty: F, formOf: (record: R) => F, reread: () => Promise<R>, seen: (record: R) => Partial<F> = () => ({})): RecordForm<R, F> {
  type Values = Record<string, unknown>
  const form = reactive({ ...empty }) as F
  const values = form as Values
  const record = shallowRef<R>()
  const meanwhile = ref<Meanwhile[]>([])
  const shown = (one: R): Values => ({ ...formOf(one), ...seen(one) })

  function take(fresh: R): void {
    const [before, next] = [record.value, formOf(fresh) as Values]
    record.value = fresh
    if (!before) {
      Object.assign(values, next)
      return
    }
    const [stood, stands, start] = [shown(before), shown(fresh), formOf(before) as Values]
    for (const name of Object.keys(next)) {
      if (!differ(stood[name], stands[name])) continue
      const typed = differ(values[name], start[name]) && differ(values[name], next[name])
      if (!typed) values[name] = next[name]
      meanwhile.value = [...meanwhile.value.filter((one) => one.name !== name), { name, theirs: stands[name], typed }]
    }
  }
  function settle(name: string, mine: boolean): void {
    meanwhile.value = meanwhile.value.filter((one) => one.name !== name)
    if (!mine && record.value) values[name] = (formOf(record.value) as Values)[name]
  }
  async function over<T>(work: (one: R) => Promise<T>): Promise<T> {
    try {
      const done = await work(record.value!)
      meanwhile.value = []
      return done
    } catch (error) {
      // Where it cannot be read now, the next try asks again.
      if (asProblem(error).status === STALE_VERSION) take(await reread().catch(() => record.value!))
      throw error
    }
  }
  return { form, record, meanwhile, settled: computed(() => meanwhile.value.every((one) => !one.typed)), take, settle, over }
}
