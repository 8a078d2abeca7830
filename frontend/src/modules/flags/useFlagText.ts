/** A flag in words: its rule, how grave, and its facts as sentences. */
import { useI18n } from 'vue-i18n'
import { useLedgerWords } from '@/modules/ledger/words'

export interface FlagText {
  of: (text: { zh: string; en: string }) => string
  /** One line for each fact that is worth saying. */
  facts: (facts: Record<string, unknown>) => { name: string; value: string }[]
  threshold: (name: string) => string
}

/** Ids that lead nowhere for a reader. */
const SILENT = ['use']

export function useFlagText(): FlagText {
  const { t, te, locale } = useI18n()
  const ledger = useLedgerWords()
  const word = (key: string, otherwise: string): string => (te(key) ? t(key) : otherwise)

  function value(name: string, given: unknown): string {
    if (Array.isArray(given)) return given.map((one) => value(name, one)).join(name === 'path' ? ' → ' : '、')
    const plain = String(given)
    if (name === 'acts' || name === 'act') return ledger.action(plain)
    return word(`flags.value.${name}.${plain}`, plain)
  }
  return {
    of: (text) => (locale.value === 'en' ? text.en : text.zh),
    facts: (facts) =>
      Object.entries(facts)
        .filter(([name, given]) => !SILENT.includes(name) && given !== null)
        .map(([name, given]) => ({ name: word(`flags.fact.${name}`, name), value: value(name, given) })),
    threshold: (name) => word(`flags.threshold.${name}`, name),
  }
}
