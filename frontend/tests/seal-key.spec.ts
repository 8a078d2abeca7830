// @vitest-environment node
/** What a custodian's browser signs, and what it refuses to sign. */
import { expect, test } from 'vitest'
import { concat, toBase64, toHex, utf8 } from '@/shared/lib/bytes'
import { signPrepared, thumbprint, type HeldKey } from '@/modules/seals/custodianKey'
import type { ToBeSigned } from '@/modules/seals/api'

async function digestOf(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource))
}
async function held(): Promise<{ key: HeldKey; pair: CryptoKeyPair }> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const { x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const publicJwk = { kty: 'EC', crv: 'P-256', x: x!, y: y! }
  return { pair, key: { owner: 'a:b', privateKey: pair.privateKey, publicJwk, thumbprint: await thumbprint(publicJwk), createdAt: '' } }
}
async function prepared(key: HeldKey): Promise<ToBeSigned & { bytes: Uint8Array }> {
  const document = await digestOf(utf8('%PDF'))
  const bytes = concat(utf8('signed attributes '), document)
  return { position: 1, round: 1, data: toBase64(bytes), digest: toHex(await digestOf(bytes)), document_digest: toHex(document), key_thumbprint: key.thumbprint, closes_at: '', bytes }
}

test('a thumbprint is the one that RFC 7638 gives, computed elsewhere', async () => {
  // The P-256 key of RFC 7515 A.3; the value by Python's hashlib over the canonical members.
  const jwk = { kty: 'EC', crv: 'P-256', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' }
  expect(await thumbprint(jwk)).toBe('oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U')
})

test('a signature fits the prepared bytes and the public key', async () => {
  const { key, pair } = await held()
  const ready = await prepared(key)
  const signature = Uint8Array.from(atob(await signPrepared(key, ready)), (c) => c.charCodeAt(0))
  expect(signature).toHaveLength(64)
  expect(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, pair.publicKey, signature as BufferSource, ready.bytes as BufferSource)).toBe(true)
})

test('nothing is signed that does not commit to the document, or for another key', async () => {
  const { key } = await held()
  const ready = await prepared(key)
  const refused = (reason: string) => expect.objectContaining({ name: 'NotSignable', reason })
  await expect(signPrepared(key, { ...ready, digest: '00'.repeat(32) })).rejects.toEqual(refused('digest'))
  await expect(signPrepared(key, { ...ready, document_digest: toHex(await digestOf(utf8('another'))) })).rejects.toEqual(refused('document'))
  await expect(signPrepared(key, { ...ready, document_digest: '' })).rejects.toEqual(refused('document'))
  await expect(signPrepared(key, { ...ready, key_thumbprint: 'another' })).rejects.toEqual(refused('key'))
})

test('a private key cannot be taken out of the browser', async () => {
  const { key } = await held()
  await expect(crypto.subtle.exportKey('jwk', key.privateKey)).rejects.toThrow()
})
