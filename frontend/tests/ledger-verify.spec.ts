// @vitest-environment node
/** The browser's verifier against RFC 6962's trees and a note that another implementation signed. */
import { expect, test } from 'vitest'
import { concat, fromBase64, toHex, utf8 } from '@/shared/lib/bytes'
import { hmacHex, leafHash, nodeHash, NotProven, openCheckpoint, openNote, parseCheckpoint, parseVerifierKey, rootFromInclusion, sha256, verifyConsistency, verifyInclusion } from '@/modules/ledger/verify'

// Source: the test data of Google's certificate-transparency, which accompany RFC 6962.
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((h) => Uint8Array.from(h.match(/../g) ?? [], (b) => parseInt(b, 16)))
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

// The RFC's own recursive definitions, to make proofs of any size.
const split = (n: number): number => 2 ** (Math.ceil(Math.log2(n)) - 1)
async function root(d: Uint8Array[]): Promise<Uint8Array> {
  if (!d.length) return sha256(new Uint8Array())
  if (d.length === 1) return leafHash(d[0]!)
  const k = split(d.length)
  return nodeHash(await root(d.slice(0, k)), await root(d.slice(k)))
}
async function path(m: number, d: Uint8Array[]): Promise<Uint8Array[]> {
  if (d.length <= 1) return []
  const k = split(d.length)
  return m < k ? [...(await path(m, d.slice(0, k))), await root(d.slice(k))] : [...(await path(m - k, d.slice(k))), await root(d.slice(0, k))]
}
async function subproof(m: number, d: Uint8Array[], whole: boolean): Promise<Uint8Array[]> {
  if (m === d.length) return whole ? [] : [await root(d)]
  const k = split(d.length)
  return m <= k ? [...(await subproof(m, d.slice(0, k), whole)), await root(d.slice(k))] : [...(await subproof(m - k, d.slice(k), false)), await root(d.slice(0, k))]
}
const many = (n: number): Uint8Array[] => Array.from({ length: n }, (_, i) => utf8(`entry ${i}`))
const fault = (f: string) => expect.objectContaining({ name: 'NotProven', fault: f })

test('the published trees of one to eight leaves have the published roots', async () => {
  for (let n = 1; n <= 8; n++) expect(toHex(await root(LEAVES.slice(0, n)))).toBe(ROOTS[n - 1])
})

test('every leaf of the published trees is proved to be in them', async () => {
  for (let n = 1; n <= 8; n++)
    for (let i = 0; i < n; i++) expect(toHex(await rootFromInclusion(i, n, await leafHash(LEAVES[i]!), await path(i, LEAVES.slice(0, n))))).toBe(ROOTS[n - 1])
})

test('inclusion holds for every index and size up to 33 and for no other index', async () => {
  for (const n of [1, 2, 3, 5, 8, 13, 16, 17, 31, 32, 33]) {
    const d = many(n)
    const r = await root(d)
    for (let i = 0; i < n; i++) {
      const p = await path(i, d)
      await verifyInclusion(i, n, await leafHash(d[i]!), p, r)
      if (n > 1) await expect(verifyInclusion((i + 1) % n, n, await leafHash(d[i]!), p, r)).rejects.toBeInstanceOf(NotProven)
    }
  }
})

test('a changed byte of the leaf, a missing step and a step too many are refused', async () => {
  const d = many(11)
  const [r, p] = [await root(d), await path(6, d)]
  const leaf = await leafHash(d[6]!)
  await expect(verifyInclusion(6, 11, await leafHash(utf8('entry 6!')), p, r)).rejects.toEqual(fault('other_root'))
  await expect(verifyInclusion(6, 11, leaf, p.slice(0, -1), r)).rejects.toEqual(fault('proof_too_short'))
  await expect(verifyInclusion(6, 11, leaf, [...p, leaf], r)).rejects.toEqual(fault('proof_too_long'))
  await expect(verifyInclusion(11, 11, leaf, p, r)).rejects.toEqual(fault('index_outside'))
  await expect(verifyInclusion(6, 11, leaf.slice(1), p, r)).rejects.toEqual(fault('hash_length'))
})

test('every earlier tree is proved to be the beginning of every later one', async () => {
  const d = many(21)
  const roots = await Promise.all(Array.from({ length: 22 }, (_, n) => root(d.slice(0, n))))
  for (let n = 1; n <= 21; n++)
    for (let m = 1; m <= n; m++) {
      const p = m === n ? [] : await subproof(m, d.slice(0, n), true)
      await verifyConsistency(m, n, roots[m]!, roots[n]!, p)
      if (m < n) await expect(verifyConsistency(m, n, roots[m - 1]!, roots[n]!, p)).rejects.toBeInstanceOf(NotProven)
    }
})

test('a rewritten, a shrunk and a forked log are refused', async () => {
  const d = many(9)
  const rewritten = [utf8('another'), ...d.slice(1)]
  const p = await subproof(5, rewritten, true)
  await expect(verifyConsistency(5, 9, await root(d.slice(0, 5)), await root(rewritten), p)).rejects.toEqual(fault('other_old_root'))
  await expect(verifyConsistency(9, 5, await root(d), await root(d.slice(0, 5)), [])).rejects.toEqual(fault('shrunk'))
  await expect(verifyConsistency(9, 9, await root(d), await root(rewritten), [])).rejects.toEqual(fault('two_roots'))
})

// Source: the documentation of golang.org/x/mod/sumdb/note.
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const TEXT = 'If you think cryptography is the answer to your problem,\nthen you don\'t know what your problem is.\n'
const NOTE = `${TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`

test('a note signed by another implementation opens, and no longer when one letter changes', async () => {
  const key = await parseVerifierKey(PETER)
  expect(await openNote(NOTE, key)).toBe(TEXT)
  await expect(openNote(NOTE.replace('your', 'my'), key)).rejects.toEqual(fault('signature'))
  await expect(openNote(NOTE.replaceAll('PeterNeumann', 'Somebody'), key)).rejects.toEqual(fault('no_known_signature'))
  await expect(openNote(TEXT, key)).rejects.toEqual(fault('not_a_note'))
})

test('the library gives the same answer where the browser knows no Ed25519', async () => {
  const real = crypto.subtle.importKey
  crypto.subtle.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'))
  try {
    const key = await parseVerifierKey(PETER)
    expect(await openNote(NOTE, key)).toBe(TEXT)
    await expect(openNote(NOTE.replace('your', 'my'), key)).rejects.toEqual(fault('signature'))
  } finally {
    crypto.subtle.importKey = real
  }
})

test('a key whose id does not follow from it is refused', async () => {
  await expect(parseVerifierKey(PETER.replace('c74f20a3', 'c74f20a4'))).rejects.toEqual(fault('key_id'))
  await expect(parseVerifierKey('no key')).rejects.toEqual(fault('not_a_key'))
})

async function signedBy(name: string, text: string): Promise<{ note: string; verifier: string }> {
  const pair = (await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify'])) as CryptoKeyPair
  const raw = concat(Uint8Array.of(1), new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)))
  const id = (await sha256(concat(utf8(`${name}\n`), raw))).slice(0, 4)
  const signature = new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, pair.privateKey, utf8(text) as BufferSource))
  const b64 = (b: Uint8Array): string => Buffer.from(b).toString('base64')
  return { note: `${text}\n— ${name} ${b64(concat(id, signature))}\n`, verifier: `${name}+${toHex(id)}+${b64(raw)}` }
}

test('a checkpoint counts only for the log whose key signed it', async () => {
  const hash = Buffer.from(await sha256(utf8('x'))).toString('base64')
  const { note, verifier } = await signedBy('linli.example/421202', `linli.example/421202\n7\n${hash}\n`)
  const key = await parseVerifierKey(verifier)
  expect((await openCheckpoint(note, key)).size).toBe(7)
  const dated = await signedBy('linli.example/421202', `linli.example/421202\n7\n${hash}\ntime 2026-11-22T01:00:00.000000Z\nprevious none\n`)
  expect((await openCheckpoint(dated.note, await parseVerifierKey(dated.verifier))).size).toBe(7)
  await expect(openCheckpoint(dated.note.replace('T01', 'T02'), await parseVerifierKey(dated.verifier))).rejects.toEqual(fault('signature'))
  const other = await signedBy('linli.example/421202', `linli.example/511681\n7\n${hash}\n`)
  await expect(openCheckpoint(other.note, await parseVerifierKey(other.verifier))).rejects.toEqual(fault('other_log'))
  for (const bad of ['a\n07\n' + hash + '\n', 'a\n7\nAAAA\n', 'a\n', 'a\n9007199254740993\n' + hash + '\n']) expect(() => parseCheckpoint(bad)).toThrow(NotProven)
})

test('only standard base64 is read, and HMAC agrees with RFC 4231', async () => {
  expect(fromBase64('AQ==')).toEqual(Uint8Array.of(1))
  expect(fromBase64('AQ')).toBeNull()
  expect(fromBase64('A_==')).toBeNull()
  expect(await hmacHex(utf8('Jefe'), utf8('what do ya want for nothing?'))).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
})
