/** A villager's browser finds out by itself whether a disclosure is what was published; the server is believed only where it admits a change. */
import { beforeEach, expect, test } from 'vitest'
import type { PublicFull } from '@/modules/disclosures/api'
import { digestOf, proveDisclosure, type Proof } from '@/modules/disclosures/proving'
import type { LedgerSource } from '@/modules/ledger/api'
import type { Step } from '@/modules/ledger/proving'
import { hmacHex, leafHash, sha256 } from '@/modules/ledger/verify'
import { concat, toBase64, toHex, utf8 } from '@/shared/lib/bytes'

const ORIGIN = 'linli.example/421202'
const SALT = utf8('a salt of thirty-two bytes length')
const NOW = Date.parse('2026-04-01T09:00:00+08:00')
/** The digest that the service computes of this disclosure (tests/supervision/unit/test_disclosure_digest.py). */
const DIGEST = '8c5c020eec59de2e45b13b3645a4eda26f23ac6a1b0401171a38cd17f5179b89'
const ONE = {
  id: '01a20197-0000-7000-8000-000000000009', division: '421202104221', category: 'finance', item: 'accounts', title: '三月"账目"\t/ü\u2028', body: '第一行\n第二行\u0001\u007f😀', period_start: '2026-03-01', period_end: null, edition: 2,
  tables: [{ caption: '收支', columns: [{ name: '项目', kind: 'text' }, { name: '金额', kind: 'money' }], rows: [['水费', '128.50'], ['', '-3']] }],
  files: [{ id: 'f', name: '票据.pdf', media_type: 'application/pdf', size: 3, sha256: 'ab'.repeat(32) }],
} as unknown as PublicFull

/** A log whose only entry is the publication of this digest, and what the server says of it. */
async function published(digest: string, of = ONE.id): Promise<{ proof: Proof; log: LedgerSource }> {
  const content = utf8(JSON.stringify({ data: { action: 'disclosure.publish', object_id: of, detail: { sha256: digest } } }))
  const leaf = utf8(JSON.stringify({ action: 'disclosure.publish', content: await hmacHex(SALT, concat(utf8('content:'), content)) }))
  const pair = (await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify'])) as unknown as CryptoKeyPair
  const raw = concat(Uint8Array.of(1), new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)))
  const id = (await sha256(concat(utf8(`${ORIGIN}\n`), raw))).slice(0, 4)
  const root = toBase64(await leafHash(leaf))
  const text = `${ORIGIN}\n1\n${root}\n`
  const note = `${text}\n— ${ORIGIN} ${toBase64(concat(id, new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, pair.privateKey, utf8(text) as BufferSource))))}\n`
  return {
    proof: { id: ONE.id, unchanged: true, sha256: digest, published_sha256: digest, published_at: '2026-04-01T08:00:00+08:00', tenant: '421202', entry: 0, signed: true, leaf: toBase64(leaf), salt: toBase64(SALT), content: toBase64(content) },
    log: {
      key: async () => ({ origin: ORIGIN, key_id: '', public_key: '', verifier_key: `${ORIGIN}+${toHex(id)}+${toBase64(raw)}` }),
      checkpoint: async () => note,
      inclusion: async () => ({ proof: [], root, size: 1, checkpoint: note, index: 0, leaf_hash: root }),
      witnesses: async () => ({ items: [] }),
      consistency: async () => ({ proof: [], root, size: 1, checkpoint: note, first: 1 }),
    },
  }
}
async function standing(one: PublicFull, change: Partial<Proof> = {}, digest = DIGEST, of = ONE.id): Promise<string> {
  const { proof, log } = await published(digest, of)
  let steps: Step[] = []
  const found = await proveDisclosure(one, { ...proof, ...change }, (taken) => (steps = taken), log, NOW)
  const last = steps.at(-1)
  return last?.state === 'failed' ? `${found} ${last.name}:${last.code}` : found
}

beforeEach(() => localStorage.clear())

test('the digest is the one that the service computes', async () => {
  expect(await digestOf(ONE)).toBe(DIGEST)
})
test('what is shown as it was published is the same', async () => {
  expect(await standing(ONE)).toBe('same')
})
test('a changed cell is found although the server says that nothing changed', async () => {
  const tables = [{ ...ONE.tables[0]!, rows: [['水费', '28.50'], ['', '-3']] }]
  expect(await standing({ ...ONE, tables } as PublicFull)).toBe('changed said:digest_differs')
})
test('a digest that another entry wrote down, or that is not in the entry, proves nothing', async () => {
  expect(await standing(ONE, {}, DIGEST, 'another disclosure')).toBe('changed said:content_differs')
  expect(await standing(ONE, { content: toBase64(utf8(JSON.stringify({ data: { action: 'disclosure.publish', object_id: ONE.id, detail: { sha256: DIGEST } } }) + ' ')) })).toBe('changed said:content_differs')
})
test('what the server admits is believed', async () => {
  expect(await standing(ONE, { unchanged: false })).toBe('changed')
})
test('an entry that is missing is on its way for some minutes only', async () => {
  const none = { unchanged: null, entry: null, leaf: null, salt: null, content: null, signed: false }
  expect(await standing(ONE, { ...none, published_at: '2026-04-01T08:55:00+08:00' })).toBe('pending')
  expect(await standing(ONE, none)).toBe('unproven')
})
