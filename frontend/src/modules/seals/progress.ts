/** How far a use is, in the words of a table cell. */
import type { SealUse } from './api'

export function progressOf(use: SealUse, t: (key: string, facts: Record<string, number>) => string): string {
  const of = use.custodians.length
  if (use.state === 'opening') return t('seals.progress.opened', { count: use.custodians.filter((c) => c.opened_at).length, of })
  if (['open', 'signing', 'reclosed', 'affixing', 'sealed'].includes(use.state)) return t('seals.progress.signed', { count: signedCount(use), of })
  return ''
}

export const signedCount = (use: SealUse): number => use.custodians.filter((c) => c.signed_at).length

export type Stage = 'request' | 'approve' | 'open' | 'unseal' | 'reclose' | 'sign' | 'close'
const ELECTRONIC: readonly Stage[] = ['request', 'approve', 'open', 'sign', 'close']
/** With its envelope in between, closed by the record that all have signed. */
const PAPER: readonly Stage[] = ['request', 'approve', 'open', 'unseal', 'reclose', 'sign']
export const stagesOf = (use: SealUse): readonly Stage[] => (use.method === 'envelope' ? PAPER : ELECTRONIC)

/** Index of the stage that is under way; past the last one when the seal is closed. */
export function stageOf(use: SealUse): number {
  if (use.method === 'envelope') return { requested: 1, approved: 2, opening: 2, present: 3, unsealed: 4, reclosed: 5, open: -1, signing: -1, affixing: -1, sealed: 6, refused: -1, cancelled: -1 }[use.state]
  return { requested: 1, approved: 2, opening: 2, open: 3, signing: 3, present: -1, unsealed: -1, reclosed: -1, affixing: 4, sealed: 5, refused: -1, cancelled: -1 }[use.state]
}
