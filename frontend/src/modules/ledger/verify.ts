/**
 * Checks a log's claims with nothing but its public key: RFC 6962 hashes and proofs, C2SP signed notes and checkpoints.
 *
 * Nothing here trusts a field of an answer: a hash, a root or a size counts only once it was recomputed or its signature held.
 */
import { concat, fromBase64, sameBytes, toHex, utf8 } from '@/shared/lib/bytes'

export type Fault =
  | 'index_outside'
  | 'hash_length'
  | 'proof_too_long'
  | 'proof_too_short'
  | 'other_root'
  | 'other_old_root'
  | 'other_new_root'
  | 'two_roots'
  | 'shrunk'
  | 'not_a_key'
  | 'key_id'
  | 'not_a_note'
  | 'no_known_signature'
  | 'signature'
  | 'not_a_checkpoint'
  | 'other_log'
  | 'cosignature'

/** A claim that does not hold, by a stable name that the screens put into words. */
export class NotProven extends Error {
  constructor(readonly fault: Fault) {
    super(fault)
    this.name = 'NotProven'
  }
}

const HASH_BYTES = 32
const ED25519 = 1
const COSIGNATURE = 4
/** The end of the year 9999, in seconds: a later time is nobody's clock. */
const LAST_SECOND = 253_402_300_799n

export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource))
}

export const leafHash = (leaf: Uint8Array): Promise<Uint8Array> => sha256(concat(Uint8Array.of(0), leaf))

export const nodeHash = (left: Uint8Array, right: Uint8Array): Promise<Uint8Array> => sha256(concat(Uint8Array.of(1), left, right))

// Sizes go beyond 32 bits, where the shift operators would silently wrap.
const half = (n: number): number => Math.floor(n / 2)
const odd = (n: number): boolean => n % 2 === 1

/** The root that an inclusion proof leads to; throws when the proof cannot belong to that index and size. */
export async function rootFromInclusion(index: number, size: number, leaf: Uint8Array, proof: readonly Uint8Array[]): Promise<Uint8Array> {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) throw new NotProven('index_outside')
  if ([leaf, ...proof].some((h) => h.length !== HASH_BYTES)) throw new NotProven('hash_length')
  let position = index
  let last = size - 1
  let running = leaf
  for (const sibling of proof) {
    if (last === 0) throw new NotProven('proof_too_long')
    if (odd(position) || position === last) {
      running = await nodeHash(sibling, running)
      while (!odd(position) && position) [position, last] = [half(position), half(last)]
    } else running = await nodeHash(running, sibling)
    ;[position, last] = [half(position), half(last)]
  }
  if (last) throw new NotProven('proof_too_short')
  return running
}

export async function verifyInclusion(index: number, size: number, leaf: Uint8Array, proof: readonly Uint8Array[], root: Uint8Array): Promise<void> {
  if (!sameBytes(await rootFromInclusion(index, size, leaf, proof), root)) throw new NotProven('other_root')
}

/** Throws unless the tree of `first` leaves is the beginning of the tree of `second` leaves. */
export async function verifyConsistency(
  first: number,
  second: number,
  firstRoot: Uint8Array,
  secondRoot: Uint8Array,
  proof: readonly Uint8Array[],
): Promise<void> {
  if (first < 0 || first > second) throw new NotProven('shrunk')
  if (proof.some((h) => h.length !== HASH_BYTES)) throw new NotProven('hash_length')
  if (first === second) {
    if (proof.length || !sameBytes(firstRoot, secondRoot)) throw new NotProven('two_roots')
    return
  }
  if (first === 0) {
    if (proof.length) throw new NotProven('proof_too_long')
    return
  }
  let position = first - 1
  let last = second - 1
  while (odd(position)) [position, last] = [half(position), half(last)]
  // A complete old tree is itself a node of the new one: the way starts from its root, which is known.
  const path = position ? [...proof] : [firstRoot, ...proof]
  const start = path[0]
  if (!start) throw new NotProven('proof_too_short')
  let old = start
  let now = start
  for (const sibling of path.slice(1)) {
    if (last === 0) throw new NotProven('proof_too_long')
    if (odd(position) || position === last) {
      old = await nodeHash(sibling, old)
      now = await nodeHash(sibling, now)
      while (!odd(position) && position) [position, last] = [half(position), half(last)]
    } else now = await nodeHash(now, sibling)
    ;[position, last] = [half(position), half(last)]
  }
  if (last) throw new NotProven('proof_too_short')
  if (!sameBytes(old, firstRoot)) throw new NotProven('other_old_root')
  if (!sameBytes(now, secondRoot)) throw new NotProven('other_new_root')
}

export interface VerifierKey {
  name: string
  id: Uint8Array
  publicKey: Uint8Array
}

/** Reads `<name>+<id>+<key>` as C2SP signed-note spells it; the id must be the one that follows from name and key. */
export async function parseVerifierKey(text: string, kind: number = ED25519): Promise<VerifierKey> {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim())
  const raw = match ? fromBase64(match[3]!) : null
  if (!match || !raw || raw.length !== 33 || raw[0] !== kind) throw new NotProven('not_a_key')
  const name = match[1]!
  const id = (await sha256(concat(utf8(`${name}\n`), raw))).slice(0, 4)
  if (toHex(id) !== match[2]) throw new NotProven('key_id')
  return { name, id, publicKey: raw.slice(1) }
}

/** Ed25519 by the browser where it knows it, otherwise by the audited library. */
async function verifyEd25519(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('raw', publicKey as BufferSource, { name: 'Ed25519' }, false, ['verify'])
    return await crypto.subtle.verify({ name: 'Ed25519' }, key, signature as BufferSource, message as BufferSource)
  } catch {
    const { verifyAsync } = await import('@noble/ed25519')
    return verifyAsync(signature, message, publicKey, { zip215: false }).catch(() => false)
  }
}

/** The text of a note and what the lines below it say of themselves; nothing is verified yet. */
function splitNote(note: string): { text: string; lines: { name: string; raw: Uint8Array }[] } {
  const cut = note.lastIndexOf('\n\n')
  if (cut < 0 || !note.endsWith('\n')) throw new NotProven('not_a_note')
  const lines = note.slice(cut + 2, -1).split('\n').map((line) => {
    const match = /^— ([^+\s]+) (\S+)$/.exec(line)
    const raw = match ? fromBase64(match[2]!) : null
    if (!match || !raw || raw.length < 5) throw new NotProven('not_a_note')
    return { name: match[1]!, raw }
  })
  return { text: note.slice(0, cut + 1), lines }
}

const isBy = (line: { name: string; raw: Uint8Array }, key: VerifierKey): boolean => line.name === key.name && sameBytes(line.raw.slice(0, 4), key.id)

/** The text of a note once the signature of the known key holds; other signatures are passed over. */
export async function openNote(note: string, key: VerifierKey): Promise<string> {
  const { text, lines } = splitNote(note)
  const own = lines.filter((line) => isBy(line, key))
  if (!own.length) throw new NotProven('no_known_signature')
  for (const line of own) if (!(await verifyEd25519(key.publicKey, line.raw.slice(4), utf8(text)))) throw new NotProven('signature')
  return text
}

/** When a witness signed this note, in seconds; its key is of the type of C2SP cosignature/v1. Throws when its signature does not hold. */
export async function cosignedAt(note: string, witnessKey: string): Promise<number> {
  const key = await parseVerifierKey(witnessKey, COSIGNATURE)
  const { text, lines } = splitNote(note)
  const line = lines.find((one) => isBy(one, key))
  if (line?.raw.length !== 76) throw new NotProven('cosignature')
  const time = new DataView(line.raw.buffer, line.raw.byteOffset + 4, 8).getBigUint64(0)
  if (time > LAST_SECOND) throw new NotProven('cosignature')
  const signed = utf8(`cosignature/v1\ntime ${time}\n${text}`)
  if (!(await verifyEd25519(key.publicKey, line.raw.slice(12), signed))) throw new NotProven('cosignature')
  return Number(time)
}

export interface Checkpoint {
  origin: string
  size: number
  root: Uint8Array
}

export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, root] = text.split('\n')
  const hash = root ? fromBase64(root) : null
  const count = Number(size)
  if (!origin || !size || !/^(0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(count) || hash?.length !== HASH_BYTES) throw new NotProven('not_a_checkpoint')
  return { origin, size: count, root: hash }
}

/** The checkpoint of the log whose key this is, its signature verified. */
export async function openCheckpoint(note: string, key: VerifierKey): Promise<Checkpoint> {
  const checkpoint = parseCheckpoint(await openNote(note, key))
  if (checkpoint.origin !== key.name) throw new NotProven('other_log')
  return checkpoint
}

/** HMAC-SHA-256, by which a leaf names whom it concerns and what was delivered. */
export async function hmacHex(key: Uint8Array, message: Uint8Array): Promise<string> {
  const secret = await crypto.subtle.importKey('raw', key as BufferSource, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return toHex(new Uint8Array(await crypto.subtle.sign('HMAC', secret, message as BufferSource)))
}
