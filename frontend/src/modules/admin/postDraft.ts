/** A post as it is typed, and as the interface wants it. */
import type { NewPost } from './api'
import type { PostDraft } from './components/PostFields.vue'

export const emptyPost = (tenant: string): PostDraft => ({ role: 'clerk', tenant, divisions: '', department: '', title: '' })

export function asPost(draft: PostDraft): NewPost {
  const whole = draft.role === 'system_admin'
  return {
    role: draft.role,
    tenants: [whole ? '*' : draft.tenant],
    divisions: whole ? [] : draft.divisions.split(/[\s,，、]+/).filter(Boolean),
    title: draft.title,
    ...(draft.department && draft.role === 'department_officer' ? { department: draft.department } : {}),
  }
}

/** Whether a second administrator has to confirm a post of this role. */
export const needsTwo = (role: string): boolean => role === 'county_admin' || role === 'system_admin'

const SIGNS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789'

/** An initial password that can be read out over the telephone: no letters that look alike, a sign in the middle. */
export function initialPassword(): string {
  const pick = (count: number): string => Array.from(crypto.getRandomValues(new Uint8Array(count)), (b) => SIGNS[b % SIGNS.length]).join('')
  return `${pick(4)}-${pick(4)}-${pick(4)}7a`
}
