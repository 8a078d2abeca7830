/**
 * The draft at the counter: opened for a person and a matter, saved to the desk at every pause.
 *
 * Calls run one after the other, each with the version the last one left, so quick typing never races itself.
 * What was typed stays here, and in this browser's own store, until the desk has it. Where a colleague changed the same field
 * meanwhile theirs stands, and what was typed here is offered beside it: nobody's words are lost. Where the desk cannot be reached at
 * all a case is begun here and opened there as soon as it answers.
 */
import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { ApiProblem, asProblem } from '@/api/problem'
import { unsent, online } from '@/shared/composables/useOnline'
import { dropDraft, keepDraft, keptDrafts, type KeptDraft, type Opening } from '@/shared/lib/keptDrafts'
import { differ } from '@/shared/lib/merging'
import { complaints, isBlank, type FormValues } from '@/shared/lib/jsonSchema'
import { askForMaterial, editCase, moveCase, openOriginal, readCase, sendMaterial, setMaterial } from '@/modules/cases/api'
import type { Agent, Case, CaseMoved, MaterialState, NoticeItem, OpenCase } from '@/modules/cases/api'
import { matterAtHand } from '@/modules/matters/atHand'
import { blankCase, correctOrder, deliverUnopened, fromRegistry, isUnopened, localId, orderOf, sendOrder, type Delivery, type Refused } from './unopened'

const PAUSE_MS = 800
const RETRY_MS = 5000

export interface Conflict {
  name: string
  mine: unknown
}

export function useDraft(report: (error: unknown) => void, account: () => string) {
  const item = shallowRef<Case | null>(null)
  const opening = shallowRef<Opening | null>(null)
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
  let keeping: Promise<void> = Promise.resolve()
  let away = false
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
    opening.value = null
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
    const order = opening.value ? { opening: opening.value } : {}
    keeping = keepDraft(account(), { caseId: item.value.id, pending: { ...offered, ...pending.value }, given: given.value, base: { ...base }, ...order })
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

  /** Open at the desk what was begun without it, and go on with it there. Only in its turn. */
  async function reach(): Promise<void> {
    const [order, local] = [opening.value, item.value]
    if (!order || !local) return
    const opened = await sendOrder(order)
    // Put away meanwhile: what waits in the browser is delivered by itself.
    if (item.value?.id !== local.id) return
    opening.value = null
    item.value = opened
    held = opened.form
    given.value = fromRegistry(opened)
    // A field that the registry knows and the clerk typed is the clerk's.
    base = Object.fromEntries(Object.keys(pending.value).map((name) => [name, held[name] ?? null]))
    keep()
    await dropDraft(local.id)
    if (order.agent) takeUp(await withVersion((id, version) => editCase(id, version, { agent: order.agent }), opened))
  }

  async function save(): Promise<boolean> {
    clearTimeout(timer)
    if (opening.value && !(await reached())) return false
    const sent = { ...pending.value }
    // The screen may have put this draft away before its turn comes.
    const draft = item.value
    if (!draft || !Object.keys(sent).length) return true
    return attempt(async () => {
      const saved = await withVersion((id, version, lost) => editCase(id, version, { form: Object.fromEntries(Object.entries(sent).filter(([name]) => !lost.includes(name))) }), draft)
      if (item.value?.id !== draft.id) return
      item.value = { ...item.value, version: saved.version }
      held = saved.form
      for (const [name, value] of Object.entries(sent)) {
        if (pending.value[name] === value) delete pending.value[name]
        if (!conflicts.value.some((one) => one.name === name)) base[name] = held[name] ?? null
      }
      keep()
    })
  }
  const reached = (): Promise<boolean> => attempt(reach)
  /** Does something of the draft when its turn comes; whether the desk took it. */
  async function attempt(work: () => Promise<void>): Promise<boolean> {
    saving.value++
    try {
      await inTurn(work)
      count()
      return true
    } catch (error) {
      failed(error)
      return false
    } finally {
      saving.value--
    }
  }
  function failed(error: unknown): void {
    const problem = asProblem(error)
    errors.value = { ...errors.value, ...problem.byPointer }
    away = problem.unreachable
    if (away) {
      count()
      timer = setTimeout(() => void save(), RETRY_MS)
    } else if (problem.status !== 422 || opening.value) report(error)
  }
  function count(): void {
    unsent.value = Object.keys(pending.value).length + (opening.value ? 1 : 0)
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
        await reach()
        takeUp(await work())
        return item.value
      }),
    )
  /** Send the order; where nobody answers, go on here with the matter as it was last read. */
  async function openOrBegin(order: Opening): Promise<Case> {
    try {
      const opened = await sendOrder(order)
      begin(opened, fromRegistry(opened))
    } catch (error) {
      const matter = matterAtHand((order.body as unknown as OpenCase).matter_id)
      if (!matter || !asProblem(error).unreachable) throw error
      begin(blankCase(matter, order), {})
      opening.value = order
      timer = setTimeout(() => void save(), RETRY_MS)
      count()
    }
    keep()
    return item.value!
  }
  const open = (body: OpenCase, name = ''): Promise<Case | null> => guarded(() => openOrBegin(orderOf(body, name)))
  async function takeUpUnopened(copy: KeptDraft, order: Opening): Promise<Case> {
    await openOrBegin(order)
    if (!opening.value) {
      await dropDraft(copy.caseId)
      if (order.agent) takeUp(await editCase(item.value!.id, item.value!.version, { agent: order.agent }))
    }
    if (Object.keys(copy.pending).length) change({ ...values.value, ...copy.pending })
    return item.value!
  }
  /** Take up a draft; only this browser's copy knows which values came from the registry and what the desk has not got yet. */
  const resume = (id: string): Promise<Case | null> =>
    guarded(async () => {
      const copy = (await keptDrafts(account())).find((draft) => draft.caseId === id)
      if (copy?.opening) return takeUpUnopened(copy, copy.opening)
      // The screen before this one has delivered it meanwhile: it is among the drafts of the desk.
      if (isUnopened(id)) return null
      const { data: read } = await readCase(id)
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
  const ask = (id: string): Promise<true | null> => guarded(async () => (await inTurn(reach), await askForMaterial(item.value!.id, id), true as const))
  const file = (id: string, content: File): Promise<Case | null> =>
    changed(() => sendMaterial(item.value!.id, id, content))
  /** Name, relation and phone follow each other quickly: none waits for, or is dropped by, the one before. */
  async function setAgent(agent: Agent | null): Promise<void> {
    if (opening.value) {
      opening.value = { ...opening.value, agent }
      keep()
      return
    }
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
      if (!(await save())) {
        // Whoever presses the key must hear that it did nothing.
        if (away) throw new ApiProblem(0, { code: 'network.unreachable' })
        return null
      }
      return inTurn(() => withVersion((c, v) => moveCase(c, name, v, body)))
    })
  const accept = (): Promise<CaseMoved | null> => command('accept', { note: '' })
  const supplement = (items: NoticeItem[], reason: string, kind: string): Promise<CaseMoved | null> => command('supplement', { items, reason, ...(kind ? { reason_code: kind } : {}) })
  /** A case that the desk never got is forgotten here. */
  async function drop(reason: string): Promise<boolean> {
    const local = opening.value && localId(opening.value)
    if (!local) return (await command('withdraw', { reason })) !== null
    opening.value = null
    pending.value = {}
    await keeping
    await dropDraft(local)
    return true
  }

  function put(): void {
    const id = item.value?.id
    // What could not be sent yet stays in the second copy.
    if (!opening.value) void save().then((sent) => (id && sent ? dropDraft(id) : undefined))
    clearTimeout(timer)
    item.value = null
    opening.value = null
    edits.value = {}
    errors.value = {}
  }
  /** What was begun without the desk and put away. */
  async function deliver(): Promise<Delivery> {
    await keeping
    return deliverUnopened(account(), item.value?.id)
  }
  /** Go on with an order that was refused, with the applicant as corrected; null where the desk refuses it again. */
  const correct = async (refused: Refused, applicant: Record<string, string>): Promise<Case | null> => resume(await correctOrder(account(), refused, applicant))
  const discard = (refused: Refused): Promise<void> => dropDraft(refused.draft.caseId)

  const whenBack = (): void => void (online.value && save())
  window.addEventListener('online', whenBack)
  // Leaving the screen within the pause must not lose the last keystrokes.
  onScopeDispose(() => {
    window.removeEventListener('online', whenBack)
    void save()
  })

  const local = computed(() => item.value !== null && isUnopened(item.value.id))
  return { item, local, deliver, correct, discard, values, given, maskedValues, gaps, dirty, saving, busy, errors, checked, conflicts, settle, open, resume, change, save, paper, seeAll, ask, file, setAgent, setGreen, accept, supplement, drop, put }
}

export type Draft = ReturnType<typeof useDraft>
