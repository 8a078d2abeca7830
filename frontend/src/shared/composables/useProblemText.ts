/** Human words for a problem: what happened, that nothing was lost, what now. */
import { useI18n } from 'vue-i18n'
import { asProblem } from '@/api/problem'
import { toast } from './useToast'

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
    if (problem.status === 422 && problem.errors.length) return { what: problem.errors.map((e) => e.detail).join('；'), now: t('problem.422.now'), requestId: problem.requestId }
    return { what, now, requestId: problem.requestId }
  }

  function report(error: unknown): void {
    const text = explain(error)
    toast(text.what, 'error', text.now)
  }

  return { explain, report }
}
