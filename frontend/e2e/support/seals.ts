/** A seal in several hands behind the story: custodians whose keys are made and kept here, as a browser of their own would. */
import { expect } from 'vitest'
import { webcrypto } from 'node:crypto'
import { readCase } from './cases'
import { behind, type Village } from './people'

export interface Use {
  id: string
  seal_id: string
  version: number
  state: string
  reason: string | null
  custodians: { position: number; title: string }[]
}
interface Seal {
  id: string
  pieces: number
  method: string
}

const API = '/api/supervision/v1'
const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const

async function ask<T>(account: string, method: 'GET' | 'POST', path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const answer = await behind(account).api(method, `${API}${path}`, body, headers)
  expect(answer.ok, `${account} ${method} ${path}: ${answer.status} ${await answer.clone().text()}`).toBe(true)
  return (await answer.json()) as T
}

async function sealOf(village: Village): Promise<Seal> {
  const { items } = await ask<{ items: Seal[] }>(village.account('clerk'), 'GET', '/seals')
  return items.find((one) => one.method === 'signatures')!
}

/** The newest use of the seal for the paper of a case. */
export async function useOf(village: Village, caseId: string): Promise<Use> {
  return (await ask<{ items: Use[] }>(village.account('clerk'), 'GET', `/uses?case_id=${caseId}`)).items[0]!
}

/** `seal` is another one than the village's own. */
export async function requestSeal(village: Village, caseId: string, seal?: string): Promise<Use> {
  const paper = (await readCase(behind(village.account('clerk')), caseId)).documents.find((one) => one.state === 'awaiting_seal')!
  return ask(village.account('clerk'), 'POST', `/seals/${seal ?? (await sealOf(village)).id}/uses`, { case_id: caseId, document_id: paper.id, purpose: '居住情况证明' })
}

export async function approveSeal(village: Village, use: Use): Promise<void> {
  await ask(village.account('village_official'), 'POST', `/uses/${use.id}/approve`, undefined, { 'if-match': `"${use.version}"` })
}

/** A custodian will not seal. */
export async function refuseSeal(village: Village, use: Use, piece: number, reason: string): Promise<void> {
  await ask(village.account(`custodian${piece}`), 'POST', `/uses/${use.id}/refuse`, { reason })
}

/** Every custodian makes a key, opens, and signs in turn. */
export async function sealTogether(village: Village, use: Use): Promise<void> {
  const { id: seal, pieces } = await ask<Seal>(village.account('clerk'), 'GET', `/seals/${use.seal_id}`)
  const hands = Array.from({ length: pieces }, (_, n) => village.account(`custodian${n + 1}`))
  const keys: webcrypto.CryptoKey[] = []
  for (const account of hands) keys.push(await enrolled(account, seal))
  for (const account of hands) await ask(account, 'POST', `/uses/${use.id}/open`)
  for (const [n, account] of hands.entries()) await signUse(account, use.id, keys[n]!)
}

export async function signUse(account: string, use: string, key: webcrypto.CryptoKey): Promise<void> {
  const { data } = await ask<{ data: string }>(account, 'GET', `/uses/${use}/to-be-signed`)
  await ask(account, 'POST', `/uses/${use}/sign`, { signature: await signed(key, Buffer.from(data, 'base64')) })
}

/** Makes and registers the key of a custodian, which is kept here. */
export async function enrolled(account: string, seal: string): Promise<webcrypto.CryptoKey> {
  const pair = await webcrypto.subtle.generateKey(CURVE, false, ['sign', 'verify'])
  const { x, y } = await webcrypto.subtle.exportKey('jwk', pair.publicKey)
  const jwk = { crv: 'P-256', kty: 'EC', x, y }
  const thumbprint = Buffer.from(await webcrypto.subtle.digest('SHA-256', Buffer.from(JSON.stringify(jwk)))).toString('base64url')
  const proof = await signed(pair.privateKey, Buffer.from(`linli-custodian-key:${seal}:${thumbprint}`))
  await ask(account, 'POST', `/seals/${seal}/custodians/me/key`, { public_key_jwk: jwk, proof })
  return pair.privateKey
}

async function signed(key: webcrypto.CryptoKey, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await webcrypto.subtle.sign(SIGNING, key, bytes)).toString('base64')
}
