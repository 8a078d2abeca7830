/**
 * A custodian's key: made in this browser, kept by it, and never readable, not even by this program.
 *
 * The pair is stored before it is registered, so an interrupted registration is taken up with the same key.
 */
import { fromBase64, toBase64, toHex, utf8 } from '@/shared/lib/bytes'
import { sealApi, type KeyCertificate, type ToBeSigned } from './api'

export interface HeldKey {
  /** `<account>:<seal>`: two custodians may share one computer. */
  owner: string
  privateKey: CryptoKey
  publicJwk: { kty: string; crv: string; x: string; y: string }
  thumbprint: string
  createdAt: string
  /** Absent until the key is certified. */
  serial?: string
  notAfter?: string
}

/** What the server laid out does not fit together: nothing was signed. */
export class NotSignable extends Error {
  constructor(readonly reason: 'digest' | 'document' | 'key') {
    super(reason)
    this.name = 'NotSignable'
  }
}

const DATABASE = 'linli-custodian'
const STORE = 'keys'
const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const

/** Keys can only be made in a secure context (HTTPS, or this very machine). */
export const canHoldKeys = (): boolean => Boolean(globalThis.crypto?.subtle) && 'indexedDB' in globalThis

export const ownerOf = (account: string, seal: string): string => `${account}:${seal}`

function settle<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

async function store(mode: IDBTransactionMode): Promise<{ keys: IDBObjectStore; done: Promise<void>; close: () => void }> {
  const opening = indexedDB.open(DATABASE, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: 'owner' })
  const database = await settle(opening)
  const transaction = database.transaction(STORE, mode)
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onerror = transaction.onabort = () => reject(transaction.error)
  })
  return { keys: transaction.objectStore(STORE), done, close: () => database.close() }
}

export async function heldKey(owner: string): Promise<HeldKey | undefined> {
  const { keys, close } = await store('readonly')
  try {
    return (await settle(keys.get(owner))) as HeldKey | undefined
  } finally {
    close()
  }
}

async function keep(key: HeldKey): Promise<void> {
  const { keys, done, close } = await store('readwrite')
  try {
    keys.put(key)
    await done
  } finally {
    close()
  }
}

/** RFC 7638 thumbprint of a P-256 key, base64url. */
export async function thumbprint(jwk: { crv: string; kty: string; x: string; y: string }): Promise<string> {
  const canonical = JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(canonical) as BufferSource))
  return toBase64(digest).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

async function makeKey(owner: string): Promise<HeldKey> {
  const pair = await crypto.subtle.generateKey(CURVE, false, ['sign', 'verify'])
  const { x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const publicJwk = { kty: 'EC', crv: 'P-256', x: x!, y: y! }
  const made = { owner, privateKey: pair.privateKey, publicJwk, thumbprint: await thumbprint(publicJwk), createdAt: new Date().toISOString() }
  await keep(made)
  // Ask the browser not to clear the key when the disk is short.
  await navigator.storage?.persist?.().catch(() => false)
  return made
}

const signWith = async (key: HeldKey, bytes: Uint8Array): Promise<string> =>
  toBase64(new Uint8Array(await crypto.subtle.sign(SIGNING, key.privateKey, bytes as BufferSource)))

/** Makes a key if this browser has none that waits to be certified, and has its public half certified. */
export async function enrol(account: string, seal: string): Promise<KeyCertificate> {
  const owner = ownerOf(account, seal)
  const waiting = await heldKey(owner)
  const key = waiting && !waiting.serial ? waiting : await makeKey(owner)
  const proof = await signWith(key, utf8(`linli-custodian-key:${seal}:${key.thumbprint}`))
  const certificate = await sealApi.registerKey(seal, key.publicJwk, proof)
  await keep({ ...key, serial: certificate.serial, notAfter: certificate.not_after })
  return certificate
}

function contains(whole: Uint8Array, part: Uint8Array): boolean {
  return whole.some((_, i) => part.every((byte, j) => whole[i + j] === byte))
}

/** Signs what the server laid out, after checking that it commits to the document and asks for this key. */
export async function signPrepared(key: HeldKey, prepared: ToBeSigned): Promise<string> {
  const bytes = fromBase64(prepared.data)
  if (!bytes) throw new NotSignable('digest')
  if (toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource))) !== prepared.digest) throw new NotSignable('digest')
  const document = Uint8Array.from(prepared.document_digest.match(/../g) ?? [], (b) => parseInt(b, 16))
  if (document.length !== 32 || !contains(bytes, document)) throw new NotSignable('document')
  if (prepared.key_thumbprint !== key.thumbprint) throw new NotSignable('key')
  return signWith(key, bytes)
}
