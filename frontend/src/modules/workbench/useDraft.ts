/**
 * The draft at the counter: opened for a person and a matter, saved to the desk at every pause.
 *
 * Calls run one after the other, each with the version the last one left, so quick typing never races itself.
 * What was typed stays here, and in this browser's own store, until the desk has it. Where a colleague changed the same field
 * meanwhile theirs stands, and what was typed here is offered beside it: nobody's words are lost.
 */
import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { asProblem } from '@/api/problem'
import { newKey } from '@/api/http'
import { unsent, online } from '@/shared/composables/useOnline'
import { dropDraft, keepDraft, keptDrafts } from '@/shared/lib/keptDrafts'
import { complaints, isBlank, type FormValues } from '@/shared/lib/jsonSchema'
import { askForMaterial, editCase, moveCase, openCase, openOriginal, readCase, sendMaterial, setMaterial } from '@/modules/cases/api'
import type { Agent, Case, CaseMoved, MaterialState, NoticeItem, OpenCase } from '@/modules/cases/api'

const PAUSE_MS = 800
const RETRY_MS = 5000

export interface Conflict {
  name: string
  mine: unknown
}
const differ = (one: unknown, other: unknown): boolean => JSON.stringify(one ?? null) !== JSON.stringify(other ?? null)

export function useDraft(report: (error: unknown) => void, account: () => string) {
  const item = shallowRef<Case | null>(null)
  const given = shallowRef<FormValues>({})
  const edits = ref<FormValues>({})
  const pending = ref<Record<string, unknown>>({})
  const conflicts = ref<Conflict[]>([])
  // What the desk holds in a field, as far as this screen knows: what it read, then what it wrote.
  let held: FormValues = {}
  let base: FormValues = {}
  const saving = ref(0)
  const busy = ref(false)
  const errors = ref<Record<string, string>>({})
  const checked = ref(false)
  let queue: Promise<unknown> = Promise.resolve()
  let timer: ReturnType<typeof setTimeout> | undefined

  const values = computed<FormValues>(() => {
    const merged: FormValues = { ...item.value?.form, ...edits.value }
    for (const [name, value] of Object.entries(merged)) if (isBlank(value)) delete merged[name]
    return merged
  })
  const maskedValues = computed<FormValues>(() => Object.fromEntries((item.value?.masked ?? []).map((name) => [name, item.value?.form[name]])))
  const gaps = computed(() => {
    if (!item.value) return { fields: [] as string[], materials: [] as string[] }
    const found = complaints(item.value.form_schema, values.value)
    // A masked value is complete on the desk's side; its mask need not fit the pattern.
    const fields = Object.keys(found).filter((name) => isBlank(values.value[name]) || values.value[name] !== maskedValues.value[name])
    return { fields, materials: item.value.materials.filter((m) => m.required && m.state === 'missing').map((m) => m.id) }
  })
  const dirty = computed(() => Object.keys(pending.value).length > 0)

  function begin(next: Case, fromRegistry: FormValues): void {
    item.value = next
    edits.value = {}
    pending.value = {}
    conflicts.value = []
    held = next.form
    base = {}
    errors.value = {}
    checked.value = false
    given.value = fromRegistry
  }

  /** Hand the second copy what is typed now. */
  function keep(): void {
    if (!item.value) return
    const offered = Object.fromEntries(conflicts.value.map((one) => [one.name, one.mine]))
    void keepDraft(account(), { caseId: item.value.id, pending: { ...offered, ...pending.value }, given: given.value, base: { ...base } })
  }

  /** Take up the draft as the desk has it now; returns the fields in which a colleague was quicker. */
  function takeUp(fresh: Case): string[] {
    const names = Object.keys(pending.value).filter((name) => name in base && differ(fresh.form[name], base[name]) && differ(fresh.form[name], pending.value[name]))
    for (const name of names) {
      conflicts.value = [...conflicts.value.filter((one) => one.name !== name), { name, mine: pending.value[name] }]
      delete pending.value[name]
      delete edits.value[name]
    }
    item.value = fresh
    held = fresh.form
    return names
  }
  /** Decide on a field that two people wrote: what was typed here, or what stands. */
  function settle(conflict: Conflict, mine: boolean): void {
    conflicts.value = conflicts.value.filter((one) => one.name !== conflict.name)
    delete base[conflict.name]
    if (mine) change({ ...values.value, [conflict.name]: conflict.mine })
    else keep()
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = queue.then(work, work)
    queue = turn.catch(() => undefined)
    return turn
  }

  /** Run a command on a draft, by default the one in hand; a stale version is read again once. */
  async function withVersion<T>(work: (id: string, version: number, lost: string[]) => Promise<T>, of: Case = item.value!): Promise<T> {
    const inHand = (): Case | null => (item.value?.id === of.id ? item.value : null)
    try {
      return await work(of.id, (inHand() ?? of).version, [])
    } catch (error) {
      if (asProblem(error).status !== 412) throw error
      const fresh = (await readCase(of.id)).data
      return work(of.id, fresh.version, inHand() ? takeUp(fresh) : [])
    }
  }

  async function save(): Promise<boolean> {
    clearTimeout(timer)
    const sent = { ...pending.value }
    // The screen may have put this draft away before its turn comes.
    const draft = item.value
    if (!draft || !Object.keys(sent).length) return true
    saving.value++
    try {
      const saved = await inTurn(() => withVersion((id, version, lost) => editCase(id, version, { form: Object.fromEntries(Object.entries(sent).filter(([name]) => !lost.includes(name))) }), draft))
      if (item.value?.id !== draft.id) return true
      item.value = { ...item.value, version: saved.version }
      held = saved.form
      for (const [name, value] of Object.entries(sent)) {
        if (pending.value[name] === value) delete pending.value[name]
        if (!conflicts.value.some((one) => one.name === name)) base[name] = held[name] ?? null
      }
      unsent.value = Object.keys(pending.value).length
      keep()
      return true
    } catch (error) {
      const problem = asProblem(error)
      errors.value = { ...errors.value, ...problem.byPointer }
      if (problem.unreachable) {
        unsent.value = Object.keys(pending.value).length
        timer = setTimeout(() => void save(), RETRY_MS)
      } else if (problem.status !== 422) report(error)
      return false
    } finally {
      saving.value--
    }
  }

  function change(next: FormValues): void {
    const before = values.value
    for (const name of new Set([...Object.keys(before), ...Object.keys(next)])) {
      if (JSON.stringify(before[name]) === JSON.stringify(next[name])) continue
      if (!(name in pending.value)) base[name] = held[name] ?? null
      edits.value[name] = next[name] ?? null
      pending.value[name] = next[name] ?? null
      delete errors.value[`/form/${name}`]
    }
    keep()
    clearTimeout(timer)
    timer = setTimeout(() => void save(), PAUSE_MS)
  }

  async function guarded<T>(work: () => Promise<T>): Promise<T | null> {
    if (busy.value) return null
    busy.value = true
    try {
      return await work()
    } catch (error) {
      const problem = asProblem(error)
      errors.value = { ...errors.value, ...problem.byPointer }
      checked.value = true
      report(error)
      return null
    } finally {
      busy.value = false
    }
  }

  /** Change something beside the form; the answer is the draft as it is then, and what is being typed stays. */
  const changed = (work: () => Promise<Case>): Promise<Case | null> =>
    guarded(() =>
      inTurn(async () => {
        takeUp(await work())
        return item.value
      }),
    )
  const open = (body: OpenCase): Promise<Case | null> =>
    guarded(async () => {
      const opened = await openCase(body, newKey())
      const filled = Object.entries(opened.form_schema.properties ?? {}).filter(([name, field]) => field['x-prefill'] && !isBlank(opened.form[name]))
      begin(opened, Object.fromEntries(filled.map(([name]) => [name, opened.form[name]])))
      keep()
      return opened
    })
  /** Take up a draft; only this browser's copy knows which values came from the registry and what the desk has not got yet. */
  const resume = (id: string): Promise<Case | null> =>
    guarded(async () => {
      const [{ data: read }, kept] = await Promise.all([readCase(id), keptDrafts(account())])
      const copy = kept.find((draft) => draft.caseId === id)
      begin(read, copy?.given ?? {})
      if (copy && Object.keys(copy.pending).length) {
        change({ ...values.value, ...copy.pending })
        // The copy knows what stood there when it was typed.
        base = { ...base, ...copy.base }
        if (takeUp(read).length) keep()
      }
      return read
    })
  const paper = (id: string, body: { state: MaterialState; promise_date?: string; promise_note?: string }): Promise<Case | null> =>
    changed(() => setMaterial(item.value!.id, id, body))
  /** Everything still missing was seen in the original. */
  const seeAll = (): Promise<Case | null> =>
    changed(async () => {
      let seen = item.value!
      for (const material of item.value!.materials.filter(openOriginal)) seen = await setMaterial(seen.id, material.id, { state: 'original_checked' })
      return seen
    })
  const ask = (id: string): Promise<true | null> => guarded(async () => (await askForMaterial(item.value!.id, id), true as const))
  const file = (id: string, content: File): Promise<Case | null> =>
    changed(() => sendMaterial(item.value!.id, id, content))
  /** Name, relation and phone follow each other quickly: none waits for, or is dropped by, the one before. */
  async function setAgent(agent: Agent | null): Promise<void> {
    try {
      const saved = await inTurn(() => withVersion((c, v) => editCase(c, v, { agent })))
      if (item.value?.id === saved.id) takeUp(saved)
    } catch (error) {
      report(error)
    }
  }
  /** 一路绿灯: the matter's shortened limit and its fee waiver. */
  const setGreen = (green: boolean): Promise<Case | null> => changed(() => withVersion((c, v) => editCase(c, v, { green })))

  const command = (name: string, body: unknown): Promise<CaseMoved | null> =>
    guarded(async () => {
      if (!(await save())) return null
      return inTurn(() => withVersion((c, v) => moveCase(c, name, v, body)))
    })
  const accept = (): Promise<CaseMoved | null> => command('accept', { note: '' })
  const supplement = (items: NoticeItem[], reason: string, kind: string): Promise<CaseMoved | null> => command('supplement', { items, reason, ...(kind ? { reason_code: kind } : {}) })
  const drop = (reason: string): Promise<CaseMoved | null> => command('withdraw', { reason })

  function put(): void {
    const id = item.value?.id
    // What could not be sent yet stays in the second copy.
    void save().then((sent) => (id && sent ? dropDraft(id) : undefined))
    item.value = null
    edits.value = {}
    errors.value = {}
  }

  const whenBack = (): void => void (online.value && save())
  window.addEventListener('online', whenBack)
  // Leaving the screen within the pause must not lose the last keystrokes.
  onScopeDispose(() => {
    window.removeEventListener('online', whenBack)
    void save()
  })

  return { item, values, given, maskedValues, gaps, dirty, saving, busy, errors, checked, conflicts, settle, open, resume, change, save, paper, seeAll, ask, file, setAgent, setGreen, accept, supplement, drop, put }
}

export type Draft = ReturnType<typeof useDraft>
