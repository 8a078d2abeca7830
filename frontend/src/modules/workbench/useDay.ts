/** The work of the day as the desk reports it, and with it the number in hand; shared by the counter screen and the notices. */
import { computed, watch, type ComputedRef } from 'vue'
import { useQuery } from '@tanstack/vue-query'
import type { Closer, Schemas } from '@/api/types'
import { http } from '@/api/http'
import { useCounter } from '@/stores/counter'
import { useSession } from '@/stores/session'
import type { CaseBrief } from '@/modules/cases/api'
import type { Promised } from '@/modules/promises/api'

export type Day = Closer<Schemas['Workbench'], Record<'overdue' | 'due_soon' | 'supplements_back' | 'mine' | 'unlinked', CaseBrief[]> & Record<'promises_due', Promised[]>>

const REFRESH_MS = 30_000

export function useDay(): { day: ComputedRef<Day | undefined>; error: ComputedRef<unknown>; refresh: () => void } {
  const session = useSession()
  const enabled = computed(() => session.is('clerk', 'village_official', 'township_officer', 'department_officer', 'county_admin'))
  const counter = useCounter()
  const query = useQuery({ queryKey: ['desk', 'workbench'], queryFn: () => http.get<Day>('/api/desk/v1/workbench'), enabled, refetchInterval: REFRESH_MS })
  // On every screen, and at once where another one has asked for the day already.
  watch(
    () => query.data.value?.ticket,
    (ticket) => ticket !== undefined && counter.hold(ticket),
    { immediate: true },
  )
  return { day: computed(() => query.data.value), error: computed(() => query.error.value), refresh: () => void query.refetch() }
}
