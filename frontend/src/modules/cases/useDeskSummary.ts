/** What the desk knows about a resident: running cases, papers, likely matters. Asked only where the post may read it. */
import { computed, type ComputedRef, type Ref } from 'vue'
import { useQuery } from '@tanstack/vue-query'
import { useSession } from '@/stores/session'
import { readDeskSummary, type DeskSummary } from './api'

interface Summary {
  allowed: ComputedRef<boolean>
  data: ComputedRef<DeskSummary | undefined>
  error: ComputedRef<unknown>
  refresh: () => void
}

export function useDeskSummary(residentId: Ref<string>, age?: Ref<number | null | undefined>): Summary {
  const session = useSession()
  const allowed = computed(() => session.is('clerk', 'village_official', 'township_officer'))
  const query = useQuery({
    queryKey: ['desk', 'summary', residentId, computed(() => age?.value ?? null)],
    queryFn: () => readDeskSummary(residentId.value, age?.value),
    enabled: computed(() => allowed.value && residentId.value !== ''),
  })
  return { allowed, data: computed(() => query.data.value), error: computed(() => query.error.value), refresh: () => void query.refetch() }
}
