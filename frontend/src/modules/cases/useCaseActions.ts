/**
 * What this viewer may do with a case now: the state's commands, seen from the post and the waiting step.
 *
 * Hiding a button is a courtesy; the desk decides.
 */
import { computed, type ComputedRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { confirmHarm } from '@/shared/composables/useConfirm'
import { useSession, type Role } from '@/stores/session'
import type { Case, CaseStep } from './api'

export interface CaseAction {
  key: string
  label: string
  rank: 'main' | 'plain' | 'more'
  binding?: boolean
  /** Path below the case, and the body; null when the person thought better of it. */
  prepare: () => Promise<{ path: string; body: unknown } | null>
}

const HALL: readonly Role[] = ['clerk', 'village_official', 'township_officer']
const HANDLERS: readonly Role[] = ['clerk', 'village_official', 'township_officer', 'department_officer', 'county_admin']
const MAY: Record<string, readonly Role[]> = {
  receive: HALL, accept: ['clerk', 'township_officer'], 'not-accept': ['clerk', 'township_officer'], supplement: [...HALL, 'department_officer'], resume: [...HALL, 'department_officer'],
  'complete-step': HANDLERS, decide: HANDLERS, 'return-to-step': HANDLERS, 'return-to-window': HANDLERS, suspend: ['village_official', 'township_officer', 'department_officer'], 'not-issue': HANDLERS, deliver: HALL, close: HALL, withdraw: HALL, reopen: ['township_officer', 'department_officer', 'county_admin'],
}

export function useCaseActions(item: Ref<Case | undefined>, comment: Ref<string>): { actions: ComputedRef<CaseAction[]>; step: ComputedRef<CaseStep | undefined>; mayNotIssue: ComputedRef<boolean> } {
  const { t } = useI18n()
  const session = useSession()
  /** A department has the steps that name it, and those of its own matters that name none. */
  const isMine = (s: CaseStep): boolean => session.role === s.role && (session.role !== 'department_officer' || session.post?.department === (s.department || item.value?.department))
  const ready = computed(() => item.value?.steps.filter((s) => s.state === 'ready') ?? [])
  // Of several steps that run side by side the viewer's own is the one to act on.
  const step = computed(() => ready.value.find(isMine) ?? ready.value[0])
  const myStep = computed(() => step.value !== undefined && isMine(step.value))

  const decides = computed(() => step.value?.kind === 'decide' || step.value?.kind === 'approve')

  const may = (command: string): boolean => (item.value?.commands.includes(command) ?? false) && session.is(...(MAY[command] ?? []))

  async function harmed(key: string, path: string, body: (reason: string) => unknown, asksReason = true, binding = false): Promise<{ path: string; body: unknown } | null> {
    const c = item.value
    if (!c) return null
    const label = t(`cases.act.${key}`)
    const reason = await confirmHarm({
      title: `${label}：${c.matter_name}`,
      consequences: [t('cases.harm.applicant', { name: c.applicant_name }), t(`cases.harm.${key}`), t('cases.harm.recorded')],
      action: label,
      binding,
      reason: asksReason ? t('cases.harm.reason') : undefined,
    })
    return reason === null ? null : { path, body: body(reason) }
  }
  const plain = (path: string, body: () => unknown = () => ({})) => (): Promise<{ path: string; body: unknown }> => Promise.resolve({ path, body: body() })

  const actions = computed<CaseAction[]>(() => {
    const c = item.value
    if (!c) return []
    const all: (CaseAction | false)[] = [
      may('complete-step') && myStep.value && !decides.value && {
        key: 'complete-step', label: t('cases.act.complete-step'), rank: 'main', prepare: plain(`steps/${step.value!.key}/complete`, () => ({ outcome: 'pass', comment: comment.value })),
      },
      may('complete-step') && myStep.value && !decides.value && {
        key: 'concern', label: t('cases.act.concern'), rank: 'plain', prepare: plain(`steps/${step.value!.key}/complete`, () => ({ outcome: 'concern', comment: comment.value })),
      },
      may('decide') && myStep.value && decides.value && {
        key: 'approve', label: t('cases.act.approve'), rank: 'main', binding: true, prepare: () => harmed('approve', 'decide', () => ({ outcome: 'approved', comment: comment.value }), false, true),
      },
      may('decide') && myStep.value && decides.value && {
        key: 'refuse', label: t('cases.act.refuse'), rank: 'plain', prepare: () => harmed('refuse', 'decide', (reason) => ({ outcome: 'refused', comment: reason })),
      },
      may('accept') && c.state !== 'draft' && { key: 'accept', label: t('cases.act.accept'), rank: 'main', prepare: plain('accept', () => ({ note: comment.value })) },
      may('resume') && { key: 'resume', label: c.state === 'supplement' ? t('cases.resumeSupplement') : t('cases.act.resume'), rank: 'main', prepare: plain('resume', () => ({ note: comment.value })) },
      may('deliver') && { key: 'deliver', label: t('cases.act.deliver'), rank: 'main', prepare: plain('deliver', () => ({ channel: 'window', note: comment.value })) },
      may('close') && { key: 'close', label: t('cases.act.close'), rank: 'main', prepare: plain('close', () => ({ note: comment.value })) },
      may('return-to-step') && myStep.value && hasEarlier(c) && {
        key: 'return-to-step', label: t('cases.act.return-to-step'), rank: 'plain', prepare: () => harmed('return-to-step', 'return', (reason) => ({ to_step: earlier(c), reason })),
      },
      // Once decided, the desk names these two only when the certificate was refused the seal.
      may('return-to-window') && c.state === 'decided' && { key: 'correct', label: t('cases.act.correct'), rank: 'plain', prepare: () => harmed('correct', 'return', (reason) => ({ reason })) },
      may('return-to-window') && myStep.value && { key: 'return-to-window', label: t('cases.act.return-to-window'), rank: 'more', prepare: () => harmed('return-to-window', 'return', (reason) => ({ reason })) },
      may('receive') && { key: 'receive', label: t('cases.act.receive'), rank: 'more', prepare: plain('receive', () => ({ note: '' })) },
      may('not-accept') && { key: 'not-accept', label: t('cases.act.not-accept'), rank: 'more', prepare: () => harmed('not-accept', 'not-accept', (reason) => ({ reason })) },
      may('suspend') && { key: 'suspend', label: t('cases.act.suspend'), rank: 'more', prepare: () => harmed('suspend', 'suspend', (reason) => ({ reason })) },
      may('withdraw') && { key: 'withdraw', label: t('cases.act.withdraw'), rank: 'more', prepare: () => harmed('withdraw', 'withdraw', (reason) => ({ reason })) },
      may('reopen') && { key: 'reopen', label: t('cases.act.reopen'), rank: 'more', prepare: () => harmed('reopen', 'reopen', (reason) => ({ reason })) },
    ]
    return all.filter((a): a is CaseAction => a !== false)
  })

  const mayNotIssue = computed(() => may('not-issue') && (session.is('township_officer') || (item.value?.steps.some((s) => ['decide', 'approve'].includes(s.kind) && isMine(s)) ?? false)))

  return { actions, step, mayNotIssue }
}

function earlier(item: Case): string | undefined {
  return item.steps.filter((s) => s.state === 'done').at(-1)?.key
}
const hasEarlier = (item: Case): boolean => earlier(item) !== undefined
