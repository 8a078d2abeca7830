/** The course of a check: what it takes for an entry to be believed, and what each lie looks like. */
import { beforeEach, expect, test } from 'vitest'
import { concat, toBase64, toHex, utf8 } from '@/shared/lib/bytes'
import type { EntryFull, LedgerSource, Witness } from '@/modules/ledger/api'
import { recall } from '@/modules/ledger/memory'
import { proveEntries, proveEntry, proveLog, type Mark, type Verdict } from '@/modules/ledger/proving'
import { hmacHex, leafHash, nodeHash, sha256 } from '@/modules/ledger/verify'
import { ApiProblem } from '@/api/problem'

const TENANT = '421202'
const ORIGIN = 'linli.example/421202'
const SALT = utf8('a salt of thirty-two bytes length')
const CONTENT = utf8('{"data":{"detail":{"a":["phone"],"b":1},"purpose":"verify_identity"}}')
const CLERK = '01a20197-0000-7000-8000-000000000001'
const ELDER = '01a20197-0000-7000-8000-000000000002'

const key = (await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify'])) as unknown as CryptoKeyPair

async function verifier(pair = key): Promise<{ text: string; id: Uint8Array }> {
  const raw = concat(Uint8Array.of(1), new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)))
  const id = (await sha256(concat(utf8(`${ORIGIN}\n`), raw))).slice(0, 4)
  return { text: `${ORIGIN}+${toHex(id)}+${toBase64(raw)}`, id }
}
async function note(size: number, root: Uint8Array, pair = key): Promise<string> {
  const text = `${ORIGIN}\n${size}\n${toBase64(root)}\n`
  const signature = new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, pair.privateKey, utf8(text) as BufferSource))
  return `${text}\n— ${ORIGIN} ${toBase64(concat((await verifier(pair)).id, signature))}\n`
}

async function entryAt(index: number): Promise<EntryFull> {
  const refs = [['actor', CLERK], ['object', ELDER], ['person', ELDER]] as const
  const said = {
    v: 1, tenant: TENANT, source: 'registry', seq: 9, time: '2026-11-22T12:50:00+08:00', action: 'resident.reveal', role: 'clerk', division: '421202104221', outcome: 'ok', object: 'resident',
    refs: await Promise.all(refs.map(async ([kind, ref]) => [kind, await hmacHex(SALT, utf8(`${kind}:${ref}`))])),
    content: await hmacHex(SALT, concat(utf8('content:'), CONTENT)),
  }
  const leaf = utf8(JSON.stringify(said))
  return {
    index, id: 'registry:9', time: said.time, source: said.source, source_seq: said.seq, action: said.action, role: said.role, division: said.division, outcome: said.outcome, kind: 'act', actor: { id: CLERK, name: '王敏' },
    object_kind: 'resident', object_id: ELDER, case_id: null, people: [ELDER], purpose: 'verify_identity', detail: { b: 1, a: ['phone'] }, signed: true, leaf: toBase64(leaf), leaf_hash: toBase64(await leafHash(leaf)), salt: toBase64(SALT), content: toBase64(CONTENT),
  }
}

/** A log of two or three entries; ours is the second. */
async function log(entry: EntryFull, size: 2 | 3 = 2, first = 'entry 0', pair = key): Promise<LedgerSource> {
  const [a, b, c] = [await leafHash(utf8(first)), await leafHash(Uint8Array.from(atob(entry.leaf), (x) => x.charCodeAt(0))), await leafHash(utf8('entry 2'))]
  const two = await nodeHash(a, b)
  const root = size === 2 ? two : await nodeHash(two, c)
  const signed = await note(size, root, pair)
  return {
    key: async () => ({ origin: ORIGIN, key_id: '', public_key: '', verifier_key: (await verifier(pair)).text }),
    checkpoint: async () => signed,
    inclusion: async () => ({ proof: (size === 2 ? [a] : [a, c]).map(toBase64), root: toBase64(root), size, checkpoint: signed, index: 1, leaf_hash: entry.leaf_hash }),
    witnesses: async () => ({ items: [] }),
    consistency: async () => ({ proof: [toBase64(c)], root: toBase64(root), size, checkpoint: signed, first: 2 }),
  }
}
const states = (v: Verdict): string => v.steps.map((s) => `${s.name}:${s.state}${s.state === 'failed' ? `:${s.code}` : ''}`).join(' ')
const quiet = (): void => undefined

beforeEach(() => localStorage.clear())

test('the first look remembers key and checkpoint and calls neither proven', async () => {
  const entry = await entryAt(1)
  const verdict = await proveEntry(TENANT, entry, await log(entry), quiet)
  expect(states(verdict)).toBe('leaf:proven content:proven key:noted checkpoint:proven path:proven growth:noted witnesses:noted')
  expect(verdict.holds).toBe(true)
  expect(recall(TENANT)?.size).toBe(2)
})

test('a second look proves the key and that the log has only grown', async () => {
  const entry = await entryAt(1)
  await proveEntry(TENANT, entry, await log(entry), quiet)
  const verdict = await proveEntry(TENANT, entry, await log(entry, 3), quiet)
  expect(states(verdict)).toBe('leaf:proven content:proven key:proven checkpoint:proven path:proven growth:proven witnesses:noted')
  expect(recall(TENANT)?.size).toBe(3)
})

test('a log rewritten since the last look is found out although its own signature holds', async () => {
  const entry = await entryAt(1)
  await proveEntry(TENANT, entry, await log(entry), quiet)
  const verdict = await proveEntry(TENANT, entry, await log(entry, 3, 'another past'), quiet)
  expect(verdict.holds).toBe(false)
  expect(verdict.steps.at(-1)).toMatchObject({ name: 'growth', state: 'failed', code: 'other_new_root' })
  expect(recall(TENANT)?.size).toBe(2)
})

test('two versions of one size are found out', async () => {
  const entry = await entryAt(1)
  await proveEntry(TENANT, entry, await log(entry), quiet)
  const verdict = await proveLog(TENANT, await log(entry, 2, 'another past'), quiet)
  expect(verdict.steps.at(-1)).toMatchObject({ state: 'failed', code: 'two_roots' })
})

test('another key than the remembered one is refused', async () => {
  const entry = await entryAt(1)
  await proveEntry(TENANT, entry, await log(entry), quiet)
  const other = (await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify'])) as unknown as CryptoKeyPair
  const verdict = await proveEntry(TENANT, entry, await log(entry, 2, 'entry 0', other), quiet)
  expect(verdict.steps.at(-1)).toMatchObject({ name: 'key', state: 'failed', code: 'key_changed' })
})

test.each([
  ['a changed leaf', (e: EntryFull) => ({ ...e, leaf: toBase64(utf8(atob(e.leaf).replace('reveal', 'search'))) }), 'leaf', 'leaf_hash'],
  ['another act on the screen', (e: EntryFull) => ({ ...e, action: 'resident.read' }), 'leaf', 'leaf_differs'],
  ['another actor on the screen', (e: EntryFull) => ({ ...e, actor: { id: ELDER, name: '' } }), 'content', 'references_differ'],
  ['another person on the screen', (e: EntryFull) => ({ ...e, people: [CLERK] }), 'content', 'references_differ'],
  ['changed content', (e: EntryFull) => ({ ...e, content: toBase64(utf8('{}')) }), 'content', 'content_differs'],
])('%s is named and stops the check', async (_name, change, step, code) => {
  const entry = await entryAt(1)
  const verdict = await proveEntry(TENANT, change(entry), await log(entry), quiet)
  expect(verdict.steps.at(-1)).toMatchObject({ name: step, state: 'failed', code })
  expect(verdict.holds).toBe(false)
})

test('an entry at another index is not proved by this proof', async () => {
  const entry = await entryAt(1)
  const verdict = await proveEntry(TENANT, { ...entry, index: 0 }, await log(entry), quiet)
  expect(verdict.steps.at(-1)).toMatchObject({ name: 'path', state: 'failed', code: 'other_root' })
})

test('erased personal data leaves the entry provable and says so', async () => {
  const entry = { ...(await entryAt(1)), salt: null, content: null }
  const verdict = await proveEntry(TENANT, entry, await log(entry), quiet)
  expect(verdict.holds).toBe(true)
  expect(verdict.steps[1]).toMatchObject({ state: 'noted', code: 'erased' })
})

test('an unreachable log is neither proven nor accused', async () => {
  const entry = await entryAt(1)
  const source = { ...(await log(entry)), inclusion: () => Promise.reject(new ApiProblem(503, {})) }
  const verdict = await proveEntry(TENANT, entry, source, quiet)
  expect(verdict.holds).toBe(false)
  expect(verdict.steps.at(-1)).toMatchObject({ name: 'checkpoint', state: 'unreachable' })
})

/** A witness that saw this note; `at` in seconds. */
const witnessKey = async (): Promise<CryptoKeyPair> => (await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify'])) as unknown as CryptoKeyPair
async function witnessed(seen: string, at = 1_790_000_000, given?: CryptoKeyPair): Promise<{ items: Witness[] }> {
  const name = 'witness.example/county'
  const pair = given ?? (await witnessKey())
  const raw = concat(Uint8Array.of(4), new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)))
  const id = (await sha256(concat(utf8(`${name}\n`), raw))).slice(0, 4)
  const text = seen.slice(0, seen.lastIndexOf('\n\n') + 1)
  const time = new Uint8Array(8)
  new DataView(time.buffer).setBigUint64(0, BigInt(at))
  const signature = new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, pair.privateKey, utf8(`cosignature/v1\ntime ${at}\n${text}`) as BufferSource))
  const line = `— ${name} ${toBase64(concat(concat(id, time), signature))}\n`
  const shown = { id: toHex(id), name, verifier_key: `${name}+${toHex(id)}+${toBase64(raw)}`, title: '咸安区审计局', kind: 'county', since: '', retired_at: null, version: 1, size: 2, signed_at: '', state: 'well' }
  return { items: [{ ...shown, note: seen + line } as Witness] }
}

test('a witness that saw the beginning of this log makes it more than the log’s own word', async () => {
  const entry = await entryAt(1)
  const seen = await (await log(entry)).checkpoint(TENANT)
  const source = { ...(await log(entry, 3)), witnesses: () => witnessed(seen) }
  const verdict = await proveEntry(TENANT, entry, source, quiet)
  expect(verdict.steps.at(-1)).toMatchObject({ name: 'witnesses', state: 'proven', code: 'ok', facts: { count: 1, names: '咸安区审计局' } })
  expect(verdict.holds).toBe(true)
})

test('a cosignature that is taken away is missed by a browser that has seen it', async () => {
  const entry = await entryAt(1)
  const source = await log(entry, 3)
  const pair = await witnessKey()
  const older = await witnessed(await (await log(entry)).checkpoint(TENANT), 1, pair)
  const newer = await witnessed(await source.checkpoint(TENANT), 2, pair)
  for (const one of [older, newer]) expect((await proveLog(TENANT, { ...source, witnesses: async () => one }, quiet)).holds).toBe(true)
  for (const left of [async () => ({ items: [] }), async () => older]) {
    const verdict = await proveLog(TENANT, { ...source, witnesses: left }, quiet)
    expect(verdict.steps.at(-1)).toMatchObject({ name: 'witnesses', state: 'failed', code: 'witness_gone' })
  }
})

test('a witness that saw another history is a split view', async () => {
  const entry = await entryAt(1)
  const seen = await (await log(entry, 2, 'another past')).checkpoint(TENANT)
  const verdict = await proveLog(TENANT, { ...(await log(entry, 3)), witnesses: () => witnessed(seen) }, quiet)
  expect(verdict.steps.at(-1)).toMatchObject({ name: 'witnesses', state: 'failed', code: 'witness_differs' })
  expect(verdict.holds).toBe(false)
})

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

test('any changed letter of a cosignature is found', async () => {
  const entry = await entryAt(1)
  const source = await log(entry)
  const { items } = await witnessed(await source.checkpoint(TENANT))
  const note = items[0]!.note!
  // The letter before the padding bears bits that mean nothing; the next one in the alphabet changes those alone.
  for (const at of [note.length - 4, note.length - 40, note.length - 90]) {
    const changed = note.slice(0, at) + LETTERS[(LETTERS.indexOf(note[at]!) + 1) % 64] + note.slice(at + 1)
    const verdict = await proveLog(TENANT, { ...source, witnesses: async () => ({ items: [{ ...items[0]!, note: changed }] }) }, quiet)
    expect(verdict.steps.at(-1)).toMatchObject({ name: 'witnesses', state: 'failed' })
  }
})

test.each([
  ['a purpose', { purpose: 'contact' }],
  ['a detail', { detail: { a: ['identity_number'], b: 1 } }],
  ['a kind of object', { object_kind: 'household' }],
] as const)('%s that the screen shows and the content does not say is found out', async (_, lie) => {
  const entry = { ...(await entryAt(1)), ...lie } as EntryFull
  const verdict = await proveEntry(TENANT, entry, await log(entry), quiet)
  expect(verdict.steps.at(-1)).toMatchObject({ name: 'content', state: 'failed', code: 'content_differs' })
})

test('of many entries each is marked, and one that is another than asked for spoils the whole', async () => {
  const entry = await entryAt(1)
  const source = { ...(await log(entry)), entry: async (_: string, index: number) => ({ ...entry, index: index === 0 ? 1 : index }) }
  const marks: Record<number, Mark> = {}
  const verdict = await proveEntries(TENANT, [1, 0, 7], source, (index, mark) => (marks[index] = mark))
  expect(marks).toEqual({ 1: 'proven', 0: 'failed', 7: 'later' })
  expect(verdict.holds).toBe(false)
  expect((await proveEntries(TENANT, [1], source, () => undefined)).holds).toBe(true)
})

test('entries are not looked at in a log that does not hold itself', async () => {
  const entry = await entryAt(1)
  await proveEntry(TENANT, entry, await log(entry), quiet)
  const source = { ...(await log(entry, 3, 'another past')), entry: async () => entry }
  const marked: number[] = []
  expect((await proveEntries(TENANT, [1], source, (index) => marked.push(index))).holds).toBe(false)
  expect(marked).toEqual([])
})
