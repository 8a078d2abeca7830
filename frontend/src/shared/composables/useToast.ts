/** Short notes at the edge of the screen. An error stays until it is put away. */
import { shallowRef } from 'vue'

export type ToastKind = 'done' | 'note' | 'error'

export interface Toast {
  id: number
  kind: ToastKind
  text: string
  hint?: string
}

export const toasts = shallowRef<Toast[]>([])
let nextId = 1
const VISIBLE_MS = 4500

export function dismissToast(id: number): void {
  toasts.value = toasts.value.filter((t) => t.id !== id)
}

export function toast(text: string, kind: ToastKind = 'done', hint?: string): void {
  const id = nextId++
  // Said again it is said once: five drafts begun are no five notes over the screen.
  toasts.value = [...toasts.value.filter((one) => one.text !== text).slice(-3), { id, kind, text, hint }]
  if (kind !== 'error') setTimeout(() => dismissToast(id), VISIBLE_MS)
}
