/**
 * A resident's session on the own phone, by a code that is sent to it.
 *
 * It lives in this page's memory alone: it goes on from one of the own pages to the next, sleeps while other public pages are read,
 * and ends when it is left, when staff's screens are opened, or after half an hour.
 */
import { ref } from 'vue'
import { http } from '@/api/http'
import { queries } from '@/api/queries'
import { dropToken, holdToken, type TokenAnswer } from '@/api/token'
import type { Schemas } from '@/api/types'

const AUTH = '/api/auth/v1'
const LONGEST_MS = 30 * 60_000
const RENEW_MS = 90_000

interface Kept {
  answer: Pick<Schemas['SignedIn'], 'access_token' | 'refresh_token'>
  phone: string
  until: number
  end: number
}
let kept: Kept | null = null
/** Whether its token is the one that calls are made with; the own pages ask for nothing before. */
const awake = ref(false)
const alive = ref(false)

function keep(answer: TokenAnswer & Kept['answer'], phone: string, end: number): void {
  kept = { answer, phone, until: Date.now() + answer.expires_in * 1000, end }
  holdToken(answer)
  awake.value = alive.value = true
}

function sleep(): void {
  if (awake.value) dropToken()
  awake.value = false
}

function forget(): void {
  sleep()
  kept = null
  alive.value = false
  queries.removeQueries({ queryKey: ['own'] })
}

export const residentSession = {
  alive,
  awake,
  ask: (phone: string) => http.post<unknown>(`${AUTH}/otp`, { phone }),
  signIn: async (phone: string, code: string, tail: string): Promise<void> => {
    forget()
    keep(await http.post<Schemas['SignedIn']>(`${AUTH}/sessions`, { phone, code, client: 'mobile', ...(tail ? { identity_tail: tail } : {}) }), phone, Date.now() + LONGEST_MS)
  },
  /** Go on with a session that was begun on another page; the phone it is for, or nothing. */
  resume: (): string => {
    if (!kept || Date.now() > Math.min(kept.until, kept.end)) {
      forget()
      return ''
    }
    holdToken({ access_token: kept.answer.access_token, expires_in: (kept.until - Date.now()) / 1000 })
    awake.value = true
    return kept.phone
  },
  /** Renew it while somebody is there; a token that is renewed twice would end it. */
  stay: async (): Promise<void> => {
    if (!kept || !awake.value || kept.until - Date.now() > RENEW_MS) return
    const { answer, phone, end } = kept
    if (!answer.refresh_token || Date.now() > end) return
    try {
      keep(await http.post<Schemas['SignedIn']>(`${AUTH}/sessions/refresh`, { refresh_token: answer.refresh_token }), phone, end)
    } catch {
      // The next call says what is wrong.
    }
  },
  sleep,
  forget,
}
