/** Signing out by hand: what has not reached the system would be forgotten with the session, so it is said first. */
import { useI18n } from 'vue-i18n'
import { useSession } from '@/stores/session'
import { confirmHarm } from './useConfirm'
import { unsent } from './useOnline'

export function useLeaving(): () => Promise<void> {
  const { t } = useI18n()
  const session = useSession()
  return async () => {
    const count = unsent.value
    const agreed = count ? await confirmHarm({ title: t('leaving.title', { count }), consequences: [t('leaving.harm')], action: t('leaving.action'), binding: true }) : ''
    if (agreed !== null) await session.signOut()
  }
}
