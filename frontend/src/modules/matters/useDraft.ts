/**
 * A draft in hand: changed with undo, stored by itself shortly after the last change, refused when somebody else was quicker.
 *
 * Nothing typed is lost: what could not be stored stays on the screen and is stored again with the next change or on demand.
 */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { asProblem } from '@/api/problem'
import { draftApi, type Content, type Draft, type DraftCommand } from './api'
import { useHistory, type History } from './useHistory'

const STORE_AFTER_MS = 1200
const EMPTY = {} as Content

export type Saving = 'saved' | 'waiting' | 'saving' | 'failed' | 'outdated'

export interface DraftInHand {
  draft: ShallowRef<Draft | null>
  history: History<Content>
  note: Ref<string>
  saving: Ref<Saving>
  failure: Ref<unknown>
  errors: ComputedRef<string[]>
  change: (facts: Partial<Content>, spot?: string) => void
  load: () => Promise<void>
  store: () => Promise<boolean>
  command: (command: DraftCommand, reason?: string) => Promise<Draft>
}

export function useDraft(id: () => string): DraftInHand {
  const draft = shallowRef<Draft | null>(null)
  const history = useHistory<Content>(EMPTY)
  const note = ref('')
  const saving = ref<Saving>('saved')
  const failure = ref<unknown>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let stored: Content = EMPTY
  let storedNote = ''

  async function load(): Promise<void> {
    failure.value = null
    const found = await draftApi.read(id())
    take(found)
    history.reset(found.content)
    note.value = found.note
    ;[stored, storedNote] = [found.content, found.note]
    saving.value = 'saved'
  }
  function take(found: Draft): void {
    draft.value = found
  }
  async function store(): Promise<boolean> {
    clearTimeout(timer)
    if (!draft.value || saving.value === 'outdated') return false
    const [content, words] = [history.value.value, note.value]
    if (content === stored && words === storedNote) {
      saving.value = 'saved'
      return true
    }
    saving.value = 'saving'
    try {
      take(await draftApi.save(draft.value.id, draft.value.version, content, words))
      ;[stored, storedNote, failure.value] = [content, words, null]
      saving.value = 'saved'
      if (history.value.value !== content || note.value !== words) later()
      return true
    } catch (error) {
      failure.value = error
      saving.value = asProblem(error).status === 412 ? 'outdated' : 'failed'
      return false
    }
  }
  function later(): void {
    clearTimeout(timer)
    if (saving.value !== 'outdated') saving.value = 'waiting'
    timer = setTimeout(() => void store(), STORE_AFTER_MS)
  }
  async function command(what: DraftCommand, reason = ''): Promise<Draft> {
    const found = await draftApi.command(draft.value!.id, draft.value!.version, what, reason)
    take(found)
    return found
  }
  watch([history.value, note], ([content, words]) => {
    if (draft.value?.editable && (content !== stored || words !== storedNote)) later()
  })
  onScopeDispose(() => clearTimeout(timer))
  return {
    draft, history, note, saving, failure,
    errors: computed(() => (failure.value ? asProblem(failure.value).errors.map((one) => one.detail) : [])),
    change: (facts, spot) => history.set({ ...history.value.value, ...facts }, spot),
    load, store, command,
  }
}
