/** The two sides of seals: their uses and their register. */
import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'

export function useSealSides(): ComputedRef<{ to: string; label: string }[]> {
  const { t } = useI18n()
  return computed(() => [
    { to: '/seals', label: t('seals.uses') },
    { to: '/seals/register', label: t('seals.register.title') },
  ])
}
