/**
 * A draft in hand: changed with undo, and stored by itself shortly after the last change.
 *
 * Nothing typed is lost: what could not be stored stays on the screen and is stored again with the next change or on demand. What a
 * colleague stored meanwhile comes in part by part; where both wrote, nothing is stored until somebody chose.
 */
import { computed, onScopeDispose, ref, watch, type ComputedRef, type Ref } from 'vue'
import { asProblem } from '@/api/problem'
import { useRecordForm, type RecordForm } from '@/shared/composables/useRecordForm'
import { differ } from '@/shared/lib/merging'
import { draftApi, type Content, type Draft, type DraftCommand } from './api'
import { MERGES, partOf, partsOf, type FormFacts, type Parts } from './parts'
import { useHistory, type History } from './useHistory'

const STORE_AFTER_MS = 1200
const STALE_VERSION = 412
const EMPTY = {} as Content

export type Saving = 'saved' | 'waiting' | 'saving' | 'failed' | 'outdated'

export interface DraftInHand extends Pick<RecordForm<Draft, Parts>, 'meanwhile' | 'settled' | 'settle' | 'typed'> {
  draft: RecordForm<Draft, Parts>['record']
  parts: Parts
  history: History<Content>
  note: Ref<string>
  saving: Ref<Saving>
  errors: ComputedRef<string[]>
  change: (facts: Partial<Content>, spot?: string) => void
  load: () => Promise<void>
  store: () => Promise<boolean>
  command: (command: DraftCommand, reason?: string) => Promise<Draft>
}

/** The parts as the editor holds them: in its history, except for the note. */
function heldIn(history: History<Content>, note: Ref<string>): Parts {
  return new Proxy({} as Parts, {
    get: (_, name) => (name === 'note' ? note.value : partOf(history.value.value, name)),
    set: (_, name, value) => {
      const before = history.value.value
      if (name === 'note') note.value = value as string
      else history.rebase((one) => (differ(partOf(one, name), partOf(before, name)) ? one : { ...one, ...(name === 'form' ? (value as FormFacts) : { [name]: value as unknown }) }))
      return true
    },
  })
}

export function useDraft(id: () => string): DraftInHand {
  const history = useHistory<Content>(EMPTY)
  const note = ref('')
  const parts = heldIn(history, note)
  const { record: draft, meanwhile, settled, settle, typed, take, over } = useRecordForm<Draft, Parts>({} as Parts, partsOf, () => draftApi.read(id()), { held: parts, merges: MERGES })
  const saving = ref<Saving>('saved')
  const failure = ref<unknown>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn: Promise<unknown> = Promise.resolve()

  async function load(): Promise<void> {
    clearTimeout(timer)
    const found = await draftApi.read(id())
    ;[draft.value, meanwhile.value, failure.value] = [undefined, [], null]
    history.reset(found.content)
    take(found)
    saving.value = 'saved'
  }
  /** One at a time: each goes over the version that the one before it made. */
  function store(): Promise<boolean> {
    clearTimeout(timer)
    const mine = turn.then(() => storeNow(true))
    turn = mine
    return mine
  }
  async function storeNow(again: boolean): Promise<boolean> {
    if (!draft.value) return false
    if (!typed.value) {
      saving.value = 'saved'
      return true
    }
    if (!settled.value || !draft.value.editable) {
      saving.value = 'outdated'
      return false
    }
    saving.value = 'saving'
    try {
      take(await over((was) => draftApi.save(was.id, was.version, history.value.value, note.value)))
      failure.value = null
      if (typed.value) later()
      else saving.value = 'saved'
      return true
    } catch (error) {
      // A step back to before both sides came together would take theirs away.
      if (meanwhile.value.some((one) => one.together)) history.reset(history.value.value)
      // A colleague wrote elsewhere in the draft: theirs is in, mine goes over it.
      if (again && asProblem(error).status === STALE_VERSION) return storeNow(false)
      failure.value = error
      saving.value = settled.value ? 'failed' : 'outdated'
      return false
    }
  }
  function later(): void {
    clearTimeout(timer)
    saving.value = settled.value ? 'waiting' : 'outdated'
    if (settled.value) timer = setTimeout(() => void store(), STORE_AFTER_MS)
  }
  async function command(what: DraftCommand, reason = ''): Promise<Draft> {
    const found = await over((was) => draftApi.command(was.id, was.version, what, reason))
    take(found)
    return found
  }
  watch([history.value, note, settled], () => {
    if (saving.value === 'saving' || !draft.value) return
    if (!typed.value) {
      clearTimeout(timer)
      saving.value = 'saved'
    } else if (draft.value.editable) later()
  })
  onScopeDispose(() => clearTimeout(timer))
  return {
    draft, parts, history, note, saving, meanwhile, settled, settle, typed,
    errors: computed(() => (failure.value ? asProblem(failure.value).errors.map((one) => one.detail) : [])),
    change: (facts, spot) => history.set({ ...history.value.value, ...facts }, spot),
    load, store, command,
  }
}
