/**
 * The steps by which this browser convinces itself of one entry, or of the log's newest checkpoint.
 *
 * A step is `proven` only when a recomputed value or a signature agreed; what merely has nothing to be compared with is `noted`.
 */
import { fromBase64, sameBytes, toHex, utf8 } from '@/shared/lib/bytes'
import { asProblem } from '@/api/problem'
import { moment } from '@/shared/lib/format'
import type { EntryFull, EntrySource, LedgerSource } from './api'
import { recall, remember, type Remembered } from './memory'
import { cosignedAt, hmacHex, leafHash, NotProven, openCheckpoint, parseVerifierKey, rootFromInclusion, verifyConsistency, type Checkpoint, type VerifierKey } from './verify'

export type StepName = 'said' | 'leaf' | 'content' | 'key' | 'checkpoint' | 'path' | 'growth' | 'witnesses'

export interface Step {
  name: StepName
  state: 'proven' | 'noted' | 'failed' | 'unreachable'
  /** Which sentence to say: a fault, or a variant of what was found. */
  code: string
  facts: Record<string, string | number>
}

export interface Verdict {
  steps: Step[]
  /** Every step was taken and none failed. */
  holds: boolean
  checkpoint?: Checkpoint
  note?: string
}

class Broken extends Error {
  constructor(readonly code: string) {
    super(code)
  }
}

/** Runs steps until one fails; what follows a failed step would prove nothing. */
class Course {
  readonly steps: Step[] = []
  constructor(private readonly tell: (steps: Step[]) => void) {}

  async take(name: StepName, work: () => Promise<{ state?: 'noted'; code: string; facts?: Step['facts'] }>): Promise<boolean> {
    try {
      const { state, code, facts } = await work()
      this.steps.push({ name, state: state ?? 'proven', code, facts: facts ?? {} })
    } catch (error) {
      const reason = error instanceof NotProven ? error.fault : error instanceof Broken ? error.code : null
      this.steps.push({ name, state: reason ? 'failed' : 'unreachable', code: reason ?? asProblem(error).code, facts: {} })
    }
    this.tell([...this.steps])
    const last = this.steps.at(-1)!
    return last.state === 'proven' || last.state === 'noted'
  }
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64(text)
  if (!bytes) throw new Broken('not_base64')
  return bytes
}

interface Leaf {
  time?: string
  action?: string
  role?: string
  division?: string
  outcome?: string
  source?: string
  seq?: number
  object?: string
  refs?: [string, string][]
  content?: string
}

function leafOf(bytes: Uint8Array): Leaf {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Leaf
  } catch {
    throw new Broken('leaf_unreadable')
  }
}

interface Delivered {
  data: { purpose?: unknown; detail?: unknown; action?: unknown; object_id?: unknown }
}

function contentOf(bytes: Uint8Array): Delivered {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Delivered
  } catch {
    throw new Broken('content_differs')
  }
}

/** What is empty is shown as nothing. */
const orNothing = (value: unknown): unknown => (value && (typeof value !== 'object' || Object.keys(value).length) ? value : null)

/** The same text for the same value, in whatever order its names come. */
export const ordered = (value: unknown): string => JSON.stringify(value, (_, part: unknown) => (typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part))

/** Recomputes the leaf's hash and compares what the screen shows with what the leaf says. */
async function checkLeaf(entry: EntryFull): Promise<{ code: string; facts: Step['facts'] }> {
  const bytes = bytesOf(entry.leaf)
  const leaf = leafOf(bytes)
  const hash = await leafHash(bytes)
  if (!sameBytes(hash, bytesOf(entry.leaf_hash))) throw new Broken('leaf_hash')
  const said = [leaf.action, leaf.role, leaf.division, leaf.outcome, leaf.source, leaf.seq, Date.parse(leaf.time ?? '')]
  const shown = [entry.action, entry.role, entry.division, entry.outcome, entry.source, entry.source_seq, Date.parse(entry.time)]
  if (said.some((value, i) => value !== shown[i])) throw new Broken('leaf_differs')
  return { code: 'ok', facts: { hash: toHex(hash), bytes: bytes.length } }
}

/** What was delivered, once it is what the leaf was made from. */
async function delivered(leaf: Leaf, salt: Uint8Array, content: Uint8Array): Promise<Delivered> {
  if ((await hmacHex(salt, new Uint8Array([...utf8('content:'), ...content]))) !== leaf.content) throw new Broken('content_differs')
  return contentOf(content)
}

/** Whom it concerns and what was delivered stand in the leaf as HMACs under the entry's salt. */
async function checkContent(entry: EntryFull): Promise<{ state?: 'noted'; code: string }> {
  if (entry.salt === null || entry.content === null) return { state: 'noted', code: 'erased' }
  const leaf = leafOf(bytesOf(entry.leaf))
  const salt = bytesOf(entry.salt)
  const { data } = await delivered(leaf, salt, bytesOf(entry.content))
  const said = [data.purpose, data.detail, leaf.object].map(orNothing)
  if (ordered(said) !== ordered([entry.purpose, entry.detail, entry.object_kind].map(orNothing))) throw new Broken('content_differs')
  const claimed: [string, string | null | undefined][] = [
    ['actor', entry.actor?.id],
    ['object', entry.object_id],
    ['case', entry.case_id],
    ...(entry.people ?? []).map((id): [string, string] => ['person', id]),
  ]
  const blinded = new Set((leaf.refs ?? []).map(([kind, value]) => `${kind}:${value}`))
  for (const [kind, reference] of claimed) {
    if (reference && !blinded.has(`${kind}:${await hmacHex(salt, utf8(`${kind}:${reference}`))}`)) throw new Broken('references_differ')
  }
  return { code: 'ok' }
}

/** Takes the newest key and checkpoint, and holds them against what this browser has seen before. */
class LogCheck {
  key?: VerifierKey
  verifierKey = ''
  checkpoint?: Checkpoint
  note = ''
  private readonly before: Remembered | null

  constructor(
    private readonly tenant: string,
    private readonly source: LedgerSource,
  ) {
    this.before = recall(tenant)
  }

  async takeKey(): Promise<{ state?: 'noted'; code: string; facts: Step['facts'] }> {
    this.verifierKey = (await this.source.key(this.tenant)).verifier_key
    this.key = await parseVerifierKey(this.verifierKey)
    if (this.before && this.before.verifierKey !== this.verifierKey) throw new Broken('key_changed')
    const facts = { name: this.key.name, id: toHex(this.key.id) }
    return this.before ? { code: 'known', facts } : { state: 'noted', code: 'first', facts }
  }

  async openNote(note: string): Promise<{ code: string; facts: Step['facts'] }> {
    this.note = note
    this.checkpoint = await openCheckpoint(note, this.key!)
    return { code: 'ok', facts: { size: this.checkpoint.size, root: toHex(this.checkpoint.root) } }
  }

  async grow(): Promise<{ state?: 'noted'; code: string; facts: Step['facts'] }> {
    const now = this.checkpoint!
    const before = this.before
    if (!before) {
      this.keep()
      return { state: 'noted', code: 'first', facts: { size: now.size } }
    }
    const old = { size: before.size, root: Uint8Array.from(before.root.match(/../g)!, (b) => parseInt(b, 16)) }
    const [small, large] = old.size <= now.size ? [old, now] : [now, old]
    const facts = { from: small.size, to: large.size, at: before.at }
    const proof = small.size === large.size ? [] : (await this.source.consistency(this.tenant, small.size, large.size)).proof.map(bytesOf)
    await verifyConsistency(small.size, large.size, small.root, large.root, proof)
    if (now.size >= old.size) this.keep()
    return { code: small.size === large.size ? 'same' : 'ok', facts }
  }

  /** Every witness's newest cosignature holds, and what it saw is the beginning of what is shown here. */
  async askWitnesses(): Promise<{ state?: 'noted'; code: string; facts?: Step['facts'] }> {
    const shown = (await this.source.witnesses(this.tenant)).items.filter((one) => one.note !== null)
    const vouched: Record<string, number> = {}
    let last = 0
    for (const witness of shown) {
      last = Math.max(last, await cosignedAt(witness.note!, witness.verifier_key))
      const seen = await openCheckpoint(witness.note!, this.key!)
      await this.sameAsShown(seen)
      vouched[witness.verifier_key] = seen.size
    }
    // A cosignature is never taken back: who shows fewer than this browser has seen hides what the witness saw.
    if (Object.entries(this.before?.vouched ?? {}).some(([key, size]) => (vouched[key] ?? 0) < size)) throw new Broken('witness_gone')
    this.keep(vouched)
    if (!shown.length) return { state: 'noted', code: 'none' }
    return { code: 'ok', facts: { count: shown.length, names: shown.map((one) => one.title).join('、'), at: moment(new Date(last * 1000).toISOString()) } }
  }

  private async sameAsShown(seen: Checkpoint): Promise<void> {
    const now = this.checkpoint!
    // A witness may have signed a newer checkpoint since this one was fetched: then this one must be its beginning.
    const [small, large] = seen.size <= now.size ? [seen, now] : [now, seen]
    const proof = small.size === large.size ? [] : (await this.source.consistency(this.tenant, small.size, large.size)).proof.map(bytesOf)
    try {
      await verifyConsistency(small.size, large.size, small.root, large.root, proof)
    } catch (error) {
      throw error instanceof NotProven ? new Broken('witness_differs') : error
    }
  }

  /** Remembers the larger of what was known and what is shown, and how far the witnesses have signed. */
  private keep(vouched = this.before?.vouched): void {
    const { size, root } = this.checkpoint!
    const newer = { verifierKey: this.verifierKey, size, root: toHex(root), at: new Date().toISOString() }
    remember(this.tenant, { ...(this.before && this.before.size > size ? this.before : newer), vouched })
  }
}

/** The size that counts is the signed one; a proof for another size leads to another root. */
async function checkPath(entry: Pick<EntryFull, 'index' | 'leaf'>, proof: readonly string[], { size, root }: Checkpoint): Promise<{ code: string; facts: Step['facts'] }> {
  const computed = await rootFromInclusion(entry.index, size, await leafHash(bytesOf(entry.leaf)), proof.map(bytesOf))
  if (!sameBytes(computed, root)) throw new NotProven('other_root')
  return { code: 'ok', facts: { index: entry.index, hashes: proof.length, root: toHex(computed) } }
}

export async function proveEntry(tenant: string, entry: EntryFull, source: LedgerSource, tell: (steps: Step[]) => void): Promise<Verdict> {
  const course = new Course(tell)
  const log = new LogCheck(tenant, source)
  const holds = (await course.take('leaf', () => checkLeaf(entry))) && (await course.take('content', () => checkContent(entry))) && (await inTheLog(course, log, tenant, entry, source))
  return { steps: course.steps, holds, checkpoint: log.checkpoint, note: log.note }
}

/** The steps by which an entry is found in the log that this browser knows. */
async function inTheLog(course: Course, log: LogCheck, tenant: string, entry: Pick<EntryFull, 'index' | 'leaf'>, source: LedgerSource): Promise<boolean> {
  let proof: Awaited<ReturnType<LedgerSource['inclusion']>> | undefined
  return (
    (await course.take('key', () => log.takeKey())) &&
    (await course.take('checkpoint', async () => {
      proof = await source.inclusion(tenant, entry.index)
      return log.openNote(proof.checkpoint ?? (await source.checkpoint(tenant)))
    })) &&
    (await course.take('path', () => checkPath(entry, proof!.proof, log.checkpoint!))) &&
    (await course.take('growth', () => log.grow())) &&
    (await course.take('witnesses', () => log.askWitnesses()))
  )
}

export async function proveLog(tenant: string, source: LedgerSource, tell: (steps: Step[]) => void): Promise<Verdict> {
  const course = new Course(tell)
  const log = new LogCheck(tenant, source)
  const holds =
    (await course.take('key', () => log.takeKey())) &&
    (await course.take('checkpoint', async () => log.openNote(await source.checkpoint(tenant)))) &&
    (await course.take('growth', () => log.grow())) &&
    (await course.take('witnesses', () => log.askWitnesses()))
  return { steps: course.steps, holds, checkpoint: log.checkpoint, note: log.note }
}

/** An act of the log that wrote down the digest of something: which act on what, and the entry as it stands in the log. */
export interface Digested {
  action: string
  objectId: string
  entry: { index: number; leaf: string; salt: string; content: string }
}

async function checkSaid({ action, objectId, entry }: Digested, digest: string): Promise<{ code: string; facts: Step['facts'] }> {
  const leaf = leafOf(bytesOf(entry.leaf))
  const { data } = await delivered(leaf, bytesOf(entry.salt), bytesOf(entry.content))
  const of = data.detail as { sha256?: unknown } | null
  if (leaf.action !== action || data.action !== action || data.object_id !== objectId) throw new Broken('content_differs')
  if (of?.sha256 !== digest) throw new Broken('digest_differs')
  return { code: 'ok', facts: { hash: digest, index: entry.index } }
}

/** Proves that what has this digest is what the act wrote into the log, and that the act is in the log. */
export async function proveDigest(tenant: string, act: Digested, digest: () => Promise<string>, source: LedgerSource, tell: (steps: Step[]) => void): Promise<Verdict> {
  const course = new Course(tell)
  const log = new LogCheck(tenant, source)
  const holds = (await course.take('said', async () => checkSaid(act, await digest()))) && (await inTheLog(course, log, tenant, act.entry, source))
  return { steps: course.steps, holds, checkpoint: log.checkpoint, note: log.note }
}

export type Mark = 'proven' | 'failed' | 'unreachable' | 'later'

/** Proves many entries of one log: its key, checkpoint and witnesses once, then each entry against that checkpoint. */
export async function proveEntries(tenant: string, indexes: readonly number[], source: LedgerSource & EntrySource, mark: (index: number, found: Mark) => void): Promise<Verdict> {
  const verdict = await proveLog(tenant, source, () => undefined)
  if (!verdict.holds) return verdict
  let holds = true
  for (const index of indexes) {
    const found = await proveAt(tenant, index, verdict.checkpoint!, source)
    holds &&= found === 'proven'
    mark(index, found)
  }
  return { ...verdict, holds }
}

async function proveAt(tenant: string, index: number, signed: Checkpoint, source: LedgerSource & EntrySource): Promise<Mark> {
  if (index >= signed.size) return 'later'
  const course = new Course(() => undefined)
  try {
    const entry = await source.entry(tenant, index)
    const { proof } = await source.inclusion(tenant, index, signed.size)
    if (entry.index !== index) return 'failed'
    const holds = (await course.take('leaf', () => checkLeaf(entry))) && (await course.take('content', () => checkContent(entry))) && (await course.take('path', () => checkPath(entry, proof, signed)))
    return holds ? 'proven' : 'failed'
  } catch {
    return 'unreachable'
  }
}
