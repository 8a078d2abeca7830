/** How far a use is, in the words of a table cell. */
import type { SealUse } from './api'

export function progressOf(use: SealUse, t: (key: string, facts: Record<string, number>) => string): string {
  const of = use.custodians.length
  if (use.state === 'opening') return t('seals.progress.opened', { count: use.custodians.filter((c) => c.opened_at).length, of })
  if (use.state === 'open' || use.state === 'signing' || use.state === 'sealed') return t('seals.progress.signed', { count: signedCount(use), of })
  return ''
}

export const signedCount = (use: SealUse): number => use.custodians.filter((c) => c.signed_at).length

export type Stage = 'request' | 'approve' | 'open' | 'sign' | 'close'
export const STAGES: readonly Stage[] = ['request', 'approve', 'open', 'sign', 'close']

/** Index of the stage that is under way; past the last one when the seal is closed. */
export function stageOf(use: SealUse): number {
  return { requested: 1, approved: 2, opening: 2, open: 3, signing: 3, sealed: 5, refused: -1, cancelled: -1 }[use.state]
}
