/** A flag in words: its rule, how grave, and its facts as sentences. */
import { useI18n } from 'vue-i18n'
import { useLedgerWords } from '@/modules/ledger/words'

export interface FlagText {
  of: (text: { zh: string; en: string }) => string
  /** One line for each fact that is worth saying. */
  facts: (facts: Record<string, unknown>) => { name: string; value: string }[]
  threshold: (name: string) => string
}

/** As one would tell it: what is odd, about what, since when, how much. An id that leads nowhere for a reader is not among them. */
const TOLD = ['wrong', 'looks', 'act', 'acts', 'path', 'gone', 'since', 'duty', 'item', 'department', 'clock', 'due', 'waited', 'ratings', 'minutes', 'people', 'count', 'level', 'day', 'night']
const SILENT = ['use']
const place = (name: string): number => (TOLD.includes(name) ? TOLD.indexOf(name) : TOLD.length)

/** `item` names an item of the disclosures' catalogue; where nobody may be signed in it stays a code. */
export function useFlagText(item: (code: string) => string = (code) => code): FlagText {
  const { t, te, locale } = useI18n()
  const ledger = useLedgerWords()
  const word = (key: string, otherwise: string): string => (te(key) ? t(key) : otherwise)

  function value(name: string, given: unknown): string {
    if (Array.isArray(given)) return given.map((one) => value(name, one)).join(name === 'path' ? ' → ' : '、')
    const plain = String(given)
    if (name === 'acts' || name === 'act') return ledger.action(plain)
    if (name === 'item') return item(plain)
    return te(`flags.unit.${name}`) ? t(`flags.unit.${name}`, { value: plain }) : word(`flags.value.${name}.${plain}`, plain)
  }
  return {
    of: (text) => (locale.value === 'en' ? text.en : text.zh),
    facts: (facts) =>
      Object.entries(facts)
        .filter(([name, given]) => !SILENT.includes(name) && given !== null)
        .sort(([one], [other]) => place(one) - place(other))
        .map(([name, given]) => ({ name: word(`flags.fact.${name}`, name), value: value(name, given) })),
    threshold: (name) => word(`flags.threshold.${name}`, name),
  }
}
