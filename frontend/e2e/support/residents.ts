/** Residents as the demo knows them: whose phone the registry has, and the code that came to it. */
import { expect } from 'vitest'
import { behind, type Village } from './people'

export interface Reachable {
  resident: string
  number: string
  /** The end of the number of the identity card: who it is where a family shares a phone. */
  tail: string
}

async function json<T>(answer: Response): Promise<T> {
  expect(answer.ok, `${answer.url}: ${answer.status}`).toBe(true)
  return (await answer.json()) as T
}

/** The first of these residents whose phone is known. */
export async function withPhone(village: Village, residents: readonly string[]): Promise<Reachable> {
  const clerk = behind(village.account('clerk'))
  for (const resident of residents) {
    const asked = { fields: ['phone', 'identity_number'], purpose: 'verify_identity' }
    const { values } = await json<{ values: { phone: string | null; identity_number: string } }>(await clerk.api('POST', `/api/registry/v1/residents/${resident}/reveal`, asked))
    if (values.phone) return { resident, number: values.phone, tail: values.identity_number.slice(-4) }
  }
  throw new Error('none of them has a phone')
}

/** The code as the demo's message box keeps it. */
export async function codeOf(number: string): Promise<string> {
  let code = ''
  await expect.poll(async () => {
    const { items } = await json<{ items: { phone_masked: string; text: string }[] }>(await behind('system_admin').api('GET', '/api/auth/v1/messages'))
    code = /\d{6}/.exec(items.find((one) => one.phone_masked.endsWith(number.slice(-4)))?.text ?? '')?.[0] ?? ''
    return code
  }).not.toBe('')
  return code
}
