/** The commands of a seal use, with their confirmations and what to say afterwards. */
import { ref, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { confirmHarm } from '@/shared/composables/useConfirm'
import { useProblemText } from '@/shared/composables/useProblemText'
import { toast } from '@/shared/composables/useToast'
import { sealApi, type SealUse, type UseAction } from './api'
import { NotSignable, signPrepared, type HeldKey } from './custodianKey'

export interface SealActions {
  busy: Ref<boolean>
  run: (action: UseAction) => Promise<void>
}

export function useSealActions(use: Ref<SealUse | undefined>, key: Ref<HeldKey | undefined>, done: (use?: SealUse) => unknown): SealActions {
  const { t } = useI18n()
  const { report } = useProblemText()
  const busy = ref(false)

  async function sign(current: SealUse): Promise<SealUse | null> {
    const held = key.value
    if (!held) return null
    const last = current.next_position === current.custodians.length
    const sure = await confirmHarm({
      title: t('seals.confirm.signTitle', { position: current.my_position }),
      consequences: [t('seals.confirm.sign1', { purpose: current.purpose }), t('seals.confirm.sign2'), ...(last ? [t('seals.confirm.signLast')] : [])],
      action: t('seals.act.sign'),
      binding: true,
    })
    if (sure === null) return null
    return sealApi.sign(current, await signPrepared(held, await sealApi.toBeSigned(current)))
  }

  async function refuse(current: SealUse): Promise<SealUse | null> {
    const reason = await confirmHarm({ title: t('seals.confirm.refuseTitle'), consequences: [t('seals.confirm.refuse1'), t('seals.confirm.refuse2'), t('seals.confirm.refuse3')], action: t('seals.act.refuse'), reason: t('seals.confirm.reason') })
    return reason === null ? null : sealApi.refuse(current, reason)
  }

  async function cancel(current: SealUse): Promise<SealUse | null> {
    const sure = await confirmHarm({ title: t('seals.confirm.cancelTitle'), consequences: [t('seals.confirm.cancel1')], action: t('seals.act.cancel') })
    return sure === null ? null : sealApi.cancel(current)
  }

  /** What takes a form of its own is no plain command. */
  const commands: Record<Exclude<UseAction, 'unseal' | 'reclose'>, (u: SealUse) => Promise<SealUse | null>> = { approve: sealApi.approve, open: sealApi.open, sign, refuse, cancel }

  async function run(action: UseAction): Promise<void> {
    const current = use.value
    if (!current || busy.value || action === 'unseal' || action === 'reclose') return
    busy.value = true
    try {
      const after = await commands[action](current)
      if (!after) return
      toast(t(after.state === 'sealed' ? 'seals.did.sealed' : `seals.did.${action}`))
      await done(after)
    } catch (error) {
      if (error instanceof NotSignable) toast(t(`seals.notSignable.${error.reason}`), 'error')
      else report(error)
      await done()
    } finally {
      busy.value = false
    }
  }

  return { busy, run }
}
