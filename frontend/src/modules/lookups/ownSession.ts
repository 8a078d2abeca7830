/**
 * A resident's short session on the own phone, by a code sent to it.
 *
 * Its token lives in this page's memory only and touches no cookie, so it neither ends a colleague's session in the same
 * browser nor outlives the page.
 */
import { preferredLanguage } from '@/i18n/language'
import { newKey, type Page } from '@/api/http'
import { problemFrom } from '@/api/problem'
import type { SeenBy } from './api'

export interface OwnSession {
  token: string
}

export const isPhone = (typed: string): boolean => /^1[3-9]\d{9}$/.test(typed.trim())
export const isTail = (typed: string): boolean => /^[0-9A-Za-z]{4}$/.test(typed.trim())
export const isCode = (typed: string): boolean => /^\d{6}$/.test(typed.trim())

async function ask<T>(method: 'GET' | 'POST', path: string, options: { token?: string; body?: unknown } = {}): Promise<T> {
  const headers = new Headers({ Accept: 'application/json', 'Accept-Language': preferredLanguage() })
  if (options.token) headers.set('Authorization', `Bearer ${options.token}`)
  if (method === 'POST') {
    headers.set('Content-Type', 'application/json')
    headers.set('Idempotency-Key', newKey())
  }
  const response = await fetch(path, { method, headers, body: options.body === undefined ? undefined : JSON.stringify(options.body), credentials: 'omit' })
  if (!response.ok) throw await problemFrom(response)
  return (await response.json()) as T
}

export const ownApi = {
  sendCode: (phone: string) => ask<{ expires_in: number }>('POST', '/api/auth/v1/otp', { body: { phone } }),
  /** `tail`: the end of the own document number, once the answer was that several people have the phone. */
  signIn: async (phone: string, code: string, tail = ''): Promise<OwnSession> => {
    const body = { phone, code, client: 'mobile', ...(tail ? { identity_tail: tail } : {}) }
    const answer = await ask<{ access_token: string }>('POST', '/api/auth/v1/sessions', { body })
    return { token: answer.access_token }
  },
  seenBy: (session: OwnSession, cursor: string | null) =>
    ask<Page<SeenBy>>('GET', `/api/supervision/v1/lookups${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`, { token: session.token }),
}
