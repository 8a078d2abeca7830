/**
 * Keyboard maps of screens, panels and dialogs.
 *
 * Only the topmost layer hears keys; within it the map registered last wins. `?` lists what the layer knows.
 */
import { computed, inject, onScopeDispose, provide, shallowRef, toValue, type InjectionKey, type MaybeRefOrGetter } from 'vue'

export interface KeyBinding {
  /** `F2`, `Enter`, `Escape`, `/`, `Ctrl+K`, `1`. */
  key: string
  /** What it does, already translated. */
  label: MaybeRefOrGetter<string>
  run: (event: KeyboardEvent) => void
  when?: () => boolean
  /** Heard while a text field has the focus; F-keys, Escape and Ctrl combinations always are. */
  inFields?: boolean
}

interface KeyMap {
  layer: number
  bindings: KeyBinding[]
}

const LAYER: InjectionKey<number> = Symbol('key layer')
const maps = shallowRef<KeyMap[]>([])
const layers = shallowRef<number[]>([0])
let nextLayer = 1

export function comboOf(event: KeyboardEvent): string {
  const name = event.key.length === 1 ? event.key.toUpperCase() : event.key
  const plain = event.ctrlKey || event.metaKey ? 'Ctrl+' : ''
  return `${plain}${event.altKey ? 'Alt+' : ''}${name}`
}

const FIELD = 'input:not([type=checkbox]):not([type=radio]):not([type=button]),textarea,select,[contenteditable=true]'

function heard(binding: KeyBinding, event: KeyboardEvent): boolean {
  if (comboOf(event) !== binding.key.replace(/(^|\+)([a-z])$/, (_, p: string, l: string) => p + l.toUpperCase())) return false
  if (binding.when && !binding.when()) return false
  const target = event.target instanceof Element ? event.target : null
  if (binding.key === 'Enter' && target?.closest('button,a,summary,textarea,[role=option],[role=combobox][aria-expanded=true]')) return false
  const always = /^F\d+$|^Escape$|^Ctrl\+|^Alt\+/.test(binding.key)
  return always || binding.inFields === true || !target?.matches(FIELD)
}

function onKeydown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return
  const top = layers.value.at(-1)
  for (const map of [...maps.value].reverse()) {
    if (map.layer !== top) continue
    const binding = map.bindings.find((b) => heard(b, event))
    if (binding) {
      event.preventDefault()
      binding.run(event)
      return
    }
  }
}

let listening = false

export function useKeys(bindings: KeyBinding[]): void {
  if (!listening) {
    window.addEventListener('keydown', onKeydown)
    listening = true
  }
  const map: KeyMap = { layer: inject(LAYER, 0), bindings }
  maps.value = [...maps.value, map]
  onScopeDispose(() => {
    maps.value = maps.value.filter((m) => m !== map)
  })
}

/** Called by panels and dialogs: they and what is inside them hear keys, everything below is silent until they close. */
export function useKeyLayer(bindings: KeyBinding[]): void {
  const layer = nextLayer++
  provide(LAYER, layer)
  layers.value = [...layers.value, layer]
  const map: KeyMap = { layer, bindings }
  maps.value = [...maps.value, map]
  if (!listening) {
    window.addEventListener('keydown', onKeydown)
    listening = true
  }
  onScopeDispose(() => {
    layers.value = layers.value.filter((l) => l !== layer)
    maps.value = maps.value.filter((m) => m !== map)
  })
}

/** What `?` shows: the bindings of the topmost layer, the screen's own first. */
export const currentKeys = computed(() => {
  const top = layers.value.at(-1)
  return maps.value
    .filter((m) => m.layer === top)
    .reverse()
    .flatMap((m) => m.bindings.map((b) => ({ key: b.key, label: toValue(b.label) })))
})
