/** What was told and not yet read, asked for every few seconds while the screen is looked at. */
import { computed, type ComputedRef } from 'vue'
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { useSession } from '@/stores/session'
import { noticesApi, type Unread } from './api'

const POLL_MS = 10_000

export function useUnread(): { unread: ComputedRef<Unread | undefined>; read: (ids: string[]) => Promise<void> } {
  const session = useSession()
  const queries = useQueryClient()
  const enabled = computed(() => session.role !== null && !session.is('resident', 'system_admin'))
  const query = useQuery({ queryKey: ['notices', 'unread'], queryFn: noticesApi.unread, enabled, refetchInterval: POLL_MS })
  async function read(ids: string[]): Promise<void> {
    await noticesApi.read(ids)
    await queries.invalidateQueries({ queryKey: ['notices'] })
  }
  return { unread: computed(() => query.data.value), read }
}
