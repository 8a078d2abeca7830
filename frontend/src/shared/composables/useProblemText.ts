/** Human words for a problem: what happened, that nothing was lost, what now. */
import { useI18n } from 'vue-i18n'
import { asProblem } from '@/api/problem'
import { standing } from './useStanding'
import { toast } from './useToast'

const STALE_VERSION = 412

export interface ProblemText {
  what: string
  now: string
  requestId?: string
}

export function useProblemText(): { explain: (error: unknown) => ProblemText; report: (error: unknown) => void } {
  const { t, te } = useI18n()

  function explain(error: unknown): ProblemText {
    const problem = asProblem(error)
    const kind = problem.unreachable ? 'unreachable' : String(problem.status)
    const key = te(`problem.${kind}.what`) ? kind : problem.status >= 500 ? 'broken' : 'other'
    const what = problem.unreachable ? t(`problem.${key}.what`) : problem.message || t(`problem.${key}.what`)
    const seconds = problem.retryAfterSeconds
    const now = problem.status === 429 && seconds ? t('problem.429.nowIn', { seconds }) : t(`problem.${key}.now`)
    // What is on the screen was read again before this is told (`noticeStale`).
    const stands = problem.status === STALE_VERSION ? standing() : undefined
    if (stands) return { what: t(stands.by ? 'problem.412.standsBy' : 'problem.412.stands', { state: stands.state, by: stands.by ?? '' }), now: t('problem.412.again'), requestId: problem.requestId }
    if (problem.status === 422 && problem.errors.length) return { what: problem.errors.map((e) => e.detail).join('；'), now: t('problem.422.now'), requestId: problem.requestId }
    return { what, now, requestId: problem.requestId }
  }

  function report(error: unknown): void {
    const text = explain(error)
    toast(text.what, 'error', text.now)
  }

  return { explain, report }
}
