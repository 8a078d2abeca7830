/** One job, followed until it ends; leaving the screen does not stop the job. */
import { onScopeDispose, ref, watch, type Ref } from 'vue'
import { followJob, readJob, type Job, type Service } from '@/modules/admin/api'

const ASK_AGAIN_MS = 1000
const ENDED = ['done', 'failed', 'cancelled']

export function useJob(id: Ref<string | null | undefined>, ended: (job: Job) => void, service: Service = 'registry'): Ref<Job | null> {
  const job = ref<Job | null>(null)
  let stop = new AbortController()

  async function follow(key: string, signal: AbortSignal): Promise<void> {
    const told = (now: Job): void => void (signal.aborted || (job.value = now))
    while (!signal.aborted) {
      await followJob(service, key, told, signal).catch(() => undefined)
      if (signal.aborted) return
      // A broken line: ask once, then listen again.
      await readJob(service, key).then(told, () => undefined)
      if (job.value && ENDED.includes(job.value.state)) return ended(job.value)
      await new Promise((done) => setTimeout(done, ASK_AGAIN_MS))
    }
  }
  watch(
    id,
    (key) => {
      stop.abort()
      stop = new AbortController()
      job.value = null
      if (key) void follow(key, stop.signal)
    },
    { immediate: true },
  )
  onScopeDispose(() => stop.abort())
  return job
}
