/** The jobs of all services, newest first; what runs is followed live. */
import { computed, onScopeDispose, ref, watch, type ComputedRef, type Ref } from 'vue'
import { useQueries } from '@tanstack/vue-query'
import { asProblem } from '@/api/problem'
import { useSession } from '@/stores/session'
import { adminApi, followJob, SERVICES, type Job, type OverseenJob, type Service } from './api'

export interface JobRow extends Job {
  service: Service
  /** The county, where jobs of several are shown together. */
  tenant?: string
}

// A browser keeps six connections to one host; some must stay free for the rest of the screen.
const MOST_FOLLOWED = 3
const REFRESH_MS = 10_000
const LIVE = ['queued', 'running']

export interface Jobs {
  rows: ComputedRef<JobRow[]>
  loading: ComputedRef<boolean>
  /** Services that did not answer this post, with the reason. */
  silent: ComputedRef<{ service: Service; forbidden: boolean }[]>
  live: Ref<Set<string>>
  refetch: () => void
}

/** A job without what it is about, in the form of one's own jobs. */
function withoutContent({ failures, ...job }: OverseenJob): Job & { tenant: string } {
  return { ...job, state: job.state as Job['state'], result: null, errors: failures.map((code) => ({ pointer: '', code, detail: code })) }
}

export function useJobs(): Jobs {
  // The administrator of the system oversees every county and is told nothing of people.
  const overseeing = useSession().is('system_admin')
  const ask = async (service: Service): Promise<{ items: (Job & { tenant?: string })[] }> =>
    overseeing ? { items: (await adminApi.overseenJobs(service, { limit: '100' })).items.map(withoutContent) } : adminApi.jobs(service, { limit: '100' })
  const results = useQueries({
    queries: SERVICES.map((service) => ({ queryKey: ['admin', 'jobs', service], queryFn: () => ask(service), refetchInterval: REFRESH_MS, retry: false })),
  })
  const told = ref<Record<string, Job>>({})
  const live = ref(new Set<string>())
  const stops = new Map<string, AbortController>()

  const rows = computed(() =>
    results.value
      .flatMap((r, i) => (r.data?.items ?? []).map((job): JobRow => ({ ...job, ...told.value[job.id], service: SERVICES[i]! })))
      .sort((a, b) => b.created_at.localeCompare(a.created_at)),
  )

  function follow(row: JobRow): void {
    const stop = new AbortController()
    stops.set(row.id, stop)
    live.value.add(row.id)
    void followJob(row.service, row.id, (job) => (told.value = { ...told.value, [job.id]: job }), stop.signal)
      // A broken line is no news: the list itself is asked again anyway.
      .catch(() => undefined)
      .finally(() => {
        live.value.delete(row.id)
        stops.delete(row.id)
      })
  }
  watch(rows, (all) => {
    if (overseeing) return
    for (const row of all) if (LIVE.includes(row.state) && !stops.has(row.id) && stops.size < MOST_FOLLOWED) follow(row)
  })
  onScopeDispose(() => stops.forEach((stop) => stop.abort()))

  return {
    rows,
    loading: computed(() => results.value.every((r) => r.isPending)),
    silent: computed(() => results.value.flatMap((r, i) => {
        const status = r.error ? asProblem(r.error).status : 404
        // A service without long work has no list of it.
        return status === 404 ? [] : [{ service: SERVICES[i]!, forbidden: status === 403 }]
      })),
    live,
    refetch: () => results.value.forEach((r) => void r.refetch()),
  }
}
