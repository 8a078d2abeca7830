/**
 * A form over a record that somebody else may change meanwhile: no typed word is lost, and no word of theirs is overwritten unseen.
 *
 * What was not typed in follows the record as it is read again. Where both wrote, what was typed stays in the form and `meanwhile` names
 * the field until the clerk settled it; then it is sent over the newest version. A list or a table is one field; where `merges` can
 * bring both sides of it together, nobody has to choose.
 */
import { computed, reactive, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { asProblem } from '@/api/problem'
import { differ, type Meanwhile, type Merge } from '@/shared/lib/merging'

const STALE_VERSION = 412

export interface RecordForm<R, F> {
  form: F
  /** The record as it was last read; its version is the one to send over. */
  record: ShallowRef<R | undefined>
  meanwhile: Ref<Meanwhile[]>
  /** Nothing waits for a choice between two values. */
  settled: ComputedRef<boolean>
  /** Something in the form is not what the record says. */
  typed: ComputedRef<boolean>
  take: (record: R) => void
  settle: (name: string, mine: boolean) => void
  /** Sends over the record as it was read; refused because it changed, reads it again and says so. */
  over: <T>(work: (record: R) => Promise<T>) => Promise<T>
}

export interface RecordFormOptions<R, F> {
  /** What the screen shows of a field that the form never holds, as the mask of a number. */
  seen?: (record: R) => Partial<F>
  /** Where the values are, if they are held elsewhere: in an editor with undo. */
  held?: F
  /** For fields that are lists: both sides in one, or nothing where they touch. */
  merges?: { [Name in keyof F]?: Merge<F[Name]> }
}

/** `formOf` gives values of the form's own: a list or a table in it is a copy, never the record's. */
export function useRecordForm<R, F extends object>(empty: F, formOf: (record: R) => F, reread: () => Promise<R>, { seen = () => ({}), held, merges = {} }: RecordFormOptions<R, F> = {}): RecordForm<R, F> {
  type Values = Record<string, unknown>
  const form = held ?? (reactive({ ...empty }) as F)
  const values = form as Values
  const record = shallowRef<R>()
  const meanwhile = ref<Meanwhile[]>([])
  const shown = (one: R): Values => ({ ...formOf(one), ...seen(one) })
  // What was sent and accepted: the next version that is read is one's own.
  let sent: Values | null = null

  function take(fresh: R): void {
    const [before, next] = [record.value, formOf(fresh) as Values]
    record.value = fresh
    const own = sent
    sent = null
    if (!before) Object.assign(values, next)
    else if (own) for (const name of Object.keys(next)) follow(name, differ(values[name], own[name]), next)
    else merge(before, fresh)
  }
  function merge(before: R, fresh: R): void {
    const [stood, stands, start, next] = [shown(before), shown(fresh), formOf(before) as Values, formOf(fresh) as Values]
    for (const name of Object.keys(next)) {
      if (!differ(stood[name], stands[name])) continue
      const both = differ(values[name], start[name]) && differ(values[name], next[name])
      const together = both ? (merges as Record<string, Merge<unknown> | undefined>)[name]?.(start[name], values[name], next[name]) : undefined
      follow(name, both && together === undefined, together === undefined ? next : { [name]: together })
      meanwhile.value = [...meanwhile.value.filter((one) => one.name !== name), { name, theirs: stands[name], typed: both && together === undefined, together: together !== undefined }]
    }
  }
  function follow(name: string, typed: boolean, next: Values): void {
    if (!typed) values[name] = next[name]
  }
  function settle(name: string, mine: boolean): void {
    meanwhile.value = meanwhile.value.filter((one) => one.name !== name)
    if (!mine && record.value) values[name] = (formOf(record.value) as Values)[name]
  }
  async function over<T>(work: (one: R) => Promise<T>): Promise<T> {
    const sending = JSON.parse(JSON.stringify(Object.fromEntries(Object.keys(formOf(record.value!)).map((name) => [name, values[name] ?? null])))) as Values
    try {
      const done = await work(record.value!)
      meanwhile.value = []
      sent = sending
      return done
    } catch (error) {
      // Where it cannot be read now, the next try asks again.
      if (asProblem(error).status === STALE_VERSION) take(await reread().catch(() => record.value!))
      throw error
    }
  }
  return {
    form, record, meanwhile, take, settle, over,
    settled: computed(() => meanwhile.value.every((one) => !one.typed)),
    typed: computed(() => record.value !== undefined && Object.entries(formOf(record.value)).some(([name, value]) => differ(values[name], value))),
  }
}
