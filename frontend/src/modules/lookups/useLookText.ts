/** A look in words: whose post, what was looked at, why. */
import { useI18n } from 'vue-i18n'
import type { SeenBy } from './api'

export interface LookText {
  role: (role: string) => string
  action: (look: SeenBy) => string
  purpose: (look: SeenBy) => string
}

export function useLookText(): LookText {
  const { t, te } = useI18n()
  const either = (key: string, otherwise: string): string => (te(key) ? t(key) : otherwise)
  return {
    role: (role) => either(`role.${role}`, role),
    action: (look) => {
      const words = either(`lookups.action.${look.action.replace('.', '_')}`, look.action)
      const fields = look.fields.map((f) => either(`duplicates.label.${f}`, f)).join('、')
      return fields ? `${words}（${t('lookups.whole', { fields })}）` : words
    },
    purpose: (look) => (look.purpose ? either(`masked.purpose.${look.purpose}`, look.purpose) : ''),
  }
}
