/** A village that the demo does not know: its people are registered and its posts filled when a story first asks for it. */
import { expect } from 'vitest'
import { accessToken, behind, keepPassword, type Village } from './people'

const INITIAL = 'Linli#2026initial'
const CHANGED = 'Linli#2026changed'
const OPENED = [201, 409]

/** Opens an account for somebody of each role, with a password of its own; those of an earlier run stay as they are. */
export async function staffed(village: Village, people: Record<string, string>): Promise<void> {
  for (const [role, name] of Object.entries(people)) {
    const username = village.account(role)
    const posts = [{ role, tenants: [village.tenant], divisions: [village.division], title: name }]
    const made = await behind('system_admin').api('POST', '/api/auth/v1/accounts', { username, name, tenant: village.tenant, password: INITIAL, posts })
    expect(OPENED, await made.clone().text()).toContain(made.status)
    if (made.status === 201) await accessToken(username, INITIAL, CHANGED)
    keepPassword(username, CHANGED)
  }
}

/** Registers adults, of whom so many are Party members; returns the ids of all. */
export async function peopled(village: Village, names: readonly string[], party: number): Promise<string[]> {
  const clerk = behind(village.account('clerk'))
  const made: string[] = []
  for (const [n, name] of names.entries()) {
    const person = { name, division: village.division, sex: String(1 + (n % 2)), birth_date: `${1960 + n}-03-0${1 + (n % 9)}`, political_status: n < party ? '01' : '13' }
    const answer = await clerk.api('POST', '/api/registry/v1/residents', person, { 'idempotency-key': crypto.randomUUID() })
    expect(answer.status, await answer.clone().text()).toBe(201)
    made.push(((await answer.json()) as { id: string }).id)
  }
  return made
}
