/** Fields of a person and their values in words. */
import { useI18n } from 'vue-i18n'
import { useDictionaries } from './useDictionary'

export function useFieldWords(): { label: (field: string) => string; say: (field: string, value: unknown) => string } {
  const { t, te } = useI18n()
  const words = useDictionaries(['ethnic_group', 'education', 'marriage', 'political_status'])
  const inOwn: Record<string, string> = { sex: 'people.sex', presence: 'people.presence', document_kind: 'people.edit.document' }
  return {
    label: (field) => (te(`people.field.${field}`) ? t(`people.field.${field}`) : field),
    say: (field, value) => {
      const code = String(value ?? '')
      const own = `${inOwn[field]}.${code}`
      return te(own) ? t(own) : ((words.value as Record<string, [string, string][] | undefined>)[field]?.find(([one]) => one === code)?.[1] ?? code)
    },
  }
}
