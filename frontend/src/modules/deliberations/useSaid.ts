/** A name of the profile in the reader's language. */
import { useI18n } from 'vue-i18n'

export type Named = { zh: string; en: string } | null | undefined

export function useSaid(): (name: Named) => string {
  const { locale } = useI18n()
  return (name) => (name ? (locale.value === 'en' ? name.en : name.zh) : '')
}
