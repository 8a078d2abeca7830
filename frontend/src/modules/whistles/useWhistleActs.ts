/**
 * Sending a command: harm is confirmed first, a refusal is explained, and the lists are asked again.
 *
 * Which commands there are the server says; hiding a button is a courtesy.
 */
import { ref, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useQueryClient } from '@tanstack/vue-query'
import { confirmHarm } from '@/shared/composables/useConfirm'
import { useProblemText } from '@/shared/composables/useProblemText'
import { toast } from '@/shared/composables/useToast'
import { whistleApi, type Whistle } from './api'

/** Commands that need a reason, and those that only want a last look. */
const REASONED = ['dismiss', 'decline', 'send-back', 'take-over']
const CONFIRMED = ['close', 'join']

export interface WhistleActs {
  busy: Ref<boolean>
  run: (command: string, body?: Record<string, unknown>) => Promise<boolean>
}

export function useWhistleActs(item: Ref<Whistle | undefined>, moved: (whistle: Whistle) => void): WhistleActs {
  const { t } = useI18n()
  const { report } = useProblemText()
  const queries = useQueryClient()
  const busy = ref(false)

  async function reasonFor(command: string): Promise<string | null> {
    if (!REASONED.includes(command) && !CONFIRMED.includes(command)) return ''
    return confirmHarm({
      title: `${t(`whistles.act.${command}`)}：${item.value?.number ?? ''}`,
      consequences: [t(`whistles.harm.${command}`), t('whistles.harm.recorded')],
      action: t(`whistles.act.${command}`),
      reason: REASONED.includes(command) ? t('whistles.field.reason') : undefined,
    })
  }

  async function run(command: string, body: Record<string, unknown> = {}): Promise<boolean> {
    const whistle = item.value
    if (!whistle || busy.value) return false
    const reason = await reasonFor(command)
    if (reason === null) return false
    busy.value = true
    try {
      moved(await whistleApi.command(whistle.id, whistle.version, command, reason ? { ...body, reason } : body))
      toast(t(`whistles.done.${command}`))
      await queries.invalidateQueries({ queryKey: ['whistles'] })
      return true
    } catch (error) {
      report(error)
      await queries.invalidateQueries({ queryKey: ['whistles'] })
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, run }
}
