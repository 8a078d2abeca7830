/**
 * The access token: held in memory only, renewed before it ends, by one caller at a time.
 *
 * The refresh token rotates and a token used twice ends the session, so all tabs renew under one browser lock.
 */
import { ApiProblem, problemFrom } from './problem'
import type { Schemas } from './types'

export type TokenAnswer = Pick<Schemas['SignedIn'], 'access_token' | 'expires_in'>

const SAFETY_SECONDS = 45
let token: string | null = null
let expiresAt = 0
let renewing: Promise<boolean> | null = null
let onLost: () => void = () => {}

export function holdToken(answer: TokenAnswer): void {
  token = answer.access_token
  expiresAt = Date.now() + answer.expires_in * 1000
}

export function dropToken(): void {
  token = null
  expiresAt = 0
}

export function whenSessionLost(callback: () => void): void {
  onLost = callback
}

/** Renew through the refresh cookie; false when there is no session to renew. */
export function renew(): Promise<boolean> {
  renewing ??= underLock(async () => {
    // Its answer is the only one with the next cookie: it arrives also when the page is loaded anew meanwhile.
    const response = await fetch('/api/auth/v1/sessions/refresh', { method: 'POST', credentials: 'same-origin', keepalive: true })
    if (response.ok) {
      holdToken((await response.json()) as TokenAnswer)
      return true
    }
    if (response.status === 401 || response.status === 403 || response.status === 422) {
      dropToken()
      return false
    }
    throw await problemFrom(response)
  }).finally(() => {
    renewing = null
  })
  return renewing
}

async function underLock<T>(work: () => Promise<T>): Promise<T> {
  // Absent where the page came over plain HTTP; then a second tab may have to sign in again.
  const locks = navigator.locks as LockManager | undefined
  return locks ? (locks.request('linli-session-renewal', work) as Promise<T>) : work()
}

async function usableToken(): Promise<string | null> {
  if (token && Date.now() > expiresAt - SAFETY_SECONDS * 1000) {
    const alive = await renew()
    if (!alive) onLost()
  }
  return token
}

/** `fetch` with the session's token; one retry after a renewal when the server refuses it. */
export async function authorisedFetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const request = new Request(input, { credentials: 'same-origin', ...init })
  const spare = request.clone()
  const send = (r: Request, bearer: string | null): Promise<Response> => {
    if (bearer) r.headers.set('Authorization', `Bearer ${bearer}`)
    return fetch(r).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') throw error
      throw new ApiProblem(0, { code: navigator.onLine ? 'network.unreachable' : 'network.offline' })
    })
  }
  const first = await send(request, await usableToken())
  if (first.status !== 401 || !token) return first
  if (await renew()) return send(spare, token)
  onLost()
  return first
}
