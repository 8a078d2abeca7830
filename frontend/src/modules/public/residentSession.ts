/** A resident's session on the own phone, by a code that is sent to it; it lives as long as the page. */
import { http } from '@/api/http'
import { holdToken, type TokenAnswer } from '@/api/token'

const AUTH = '/api/auth/v1'

export const residentSession = {
  ask: (phone: string) => http.post<unknown>(`${AUTH}/otp`, { phone }),
  signIn: async (phone: string, code: string, tail: string): Promise<void> => holdToken(await http.post<TokenAnswer>(`${AUTH}/sessions`, { phone, code, client: 'mobile', ...(tail ? { identity_tail: tail } : {}) })),
}
