/**
 * Who is signed in and under which post.
 *
 * Nothing of it is stored in the browser but the mark that a session may exist.
 */
import { computed, ref } from 'vue'
import { defineStore } from 'pinia'
import { http } from '@/api/http'
import { dropToken, holdToken, renew, whenSessionLost } from '@/api/token'
import type { Closer, Schemas } from '@/api/types'
import { forgetDrafts } from '@/shared/lib/keptDrafts'

export type Role = Schemas['Role']
export type Post = Closer<Schemas['PostOut'], { role: Role }>
export type User = Closer<Schemas['UserOut'], { posts: Post[] }>
type SignInAnswer = Closer<Schemas['SignedIn'], { user: User }>
type PostAnswer = Closer<Schemas['PostChosen'], { user: User }>

const MARK = 'linli.session'

export const useSession = defineStore('session', () => {
  const user = ref<User | null>(null)
  const ready = ref(false)
  const lost = ref(false)
  const channel = 'BroadcastChannel' in window ? new BroadcastChannel('linli-session') : null

  const post = computed<Post | null>(() => user.value?.posts.find((p) => p.id === user.value?.post_id) ?? null)
  const division = computed(() => post.value?.divisions[0] ?? '')
  const role = computed<Role | null>(() => post.value?.role ?? null)
  const signedIn = computed(() => user.value !== null)

  function is(...roles: Role[]): boolean {
    return role.value !== null && roles.includes(role.value)
  }

  function forget(): void {
    dropToken()
    user.value = null
    localStorage.removeItem(MARK)
  }

  async function restore(): Promise<void> {
    try {
      if (localStorage.getItem(MARK) && (await renew())) user.value = await http.get<User>('/api/auth/v1/me')
      else forget()
    } catch {
      // The gateway is away: the sign-in screen says so when it is used.
      dropToken()
    } finally {
      ready.value = true
    }
  }

  async function signIn(credentials: { username: string; password: string; otp?: string; new_password?: string }): Promise<void> {
    dropToken()
    const answer = await http.post<SignInAnswer>('/api/auth/v1/sessions', credentials)
    holdToken(answer)
    localStorage.setItem(MARK, '1')
    lost.value = false
    await forgetDrafts({ except: answer.user.id })
    user.value = answer.user
    channel?.postMessage('signed-in')
  }

  async function choosePost(id: string, tenant?: string): Promise<void> {
    const answer = await http.post<PostAnswer>('/api/auth/v1/sessions/post', { post_id: id, ...(tenant ? { tenant } : {}) })
    holdToken(answer)
    user.value = answer.user
  }

  /** Ends the session; `away` leaves what was typed and not yet sent to whoever signs in next under the same account. */
  async function signOut({ away = false } = {}): Promise<void> {
    if (!away) await forgetDrafts()
    await http.delete('/api/auth/v1/sessions/current').catch(() => undefined)
    forget()
    channel?.postMessage('signed-out')
  }

  whenSessionLost(() => {
    if (!user.value) return
    lost.value = true
    forget()
  })
  channel?.addEventListener('message', (message) => {
    if (message.data === 'signed-out') forget()
  })

  return { user, post, division, role, ready, lost, signedIn, is, restore, signIn, signOut, choosePost, forget }
})
