/**
 * Whether a disclosure is what was published, found out by this browser: the digest of what it shows, the entry that wrote it down,
 * and the log that the entry is in. What the server says of itself is believed only where it admits a change.
 */
import type { Schemas } from '@/api/types'
import { ledgerApi, type LedgerSource } from '@/modules/ledger/api'
import { ordered, proveDigest, type Step, type StepName } from '@/modules/ledger/proving'
import { sha256 } from '@/modules/ledger/verify'
import { toHex, utf8 } from '@/shared/lib/bytes'
import type { PublicFull } from './api'

export type Proof = Schemas['Proof']
export type Standing = 'same' | 'changed' | 'pending' | 'unproven'
export const STEPS: readonly StepName[] = ['said', 'key', 'checkpoint', 'path', 'growth', 'witnesses']
/** The log has a publication within seconds; so long after it something is wrong. */
const SETTLED_MS = 10 * 60_000

/** SHA-256 of everything that a reader sees, as it was computed when it was published. */
export async function digestOf(one: PublicFull): Promise<string> {
  const { division, category, item, title, body, period_start, period_end, edition, tables } = one
  const files = one.files.map(({ name, media_type, sha256: digest }) => ({ name, media_type, sha256: digest }))
  return toHex(await sha256(utf8(ordered({ division, category, item, title, body, period_start, period_end, edition, tables, files }))))
}

export async function proveDisclosure(one: PublicFull, proof: Proof, tell: (steps: Step[]) => void, source: LedgerSource = ledgerApi, now = Date.now()): Promise<Standing> {
  if (proof.unchanged === false) return 'changed'
  const { entry: index, leaf, salt, content } = proof
  if (index === null || leaf === null || salt === null || content === null || !proof.signed) return now - Date.parse(proof.published_at ?? '') > SETTLED_MS ? 'unproven' : 'pending'
  const act = { action: 'disclosure.publish', objectId: one.id, entry: { index, leaf, salt, content } }
  const { holds, steps } = await proveDigest(proof.tenant, act, () => digestOf(one), source, tell)
  if (holds) return 'same'
  return steps.at(-1)?.state === 'failed' ? 'changed' : 'unproven'
}
