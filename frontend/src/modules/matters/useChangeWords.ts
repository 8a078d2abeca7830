/** Differences between two versions in words. */
import { useI18n } from 'vue-i18n'
import { isBlank, type FieldSchema } from '@/shared/lib/jsonSchema'
import { builderKind } from './builder'
import type { Change } from './api'

const FEN = 100

export function useChangeWords(): { title: (c: Change) => string; value: (c: Change, value: unknown) => string } {
  const { t, te } = useI18n()

  const known = (key: string, fallback: string): string => (te(key) ? t(key) : fallback)
  function title(c: Change): string {
    const part = t(`matters.part.${c.part}`)
    if (c.title) return `${part} · ${c.title}`
    return `${part} · ${known(`matters.fact.${c.key}`, c.key)}`
  }
  function plain(key: string, value: unknown): string {
    if (isBlank(value)) return '—'
    if (typeof value === 'boolean') return t(value ? 'form.yes' : 'form.no')
    if (key.endsWith('_fen') && typeof value === 'number') return (value / FEN).toFixed(2)
    if (Array.isArray(value)) return value.map((one) => plain(key, one)).join('、')
    if (typeof value === 'object' && value) {
      const facts = value as Record<string, unknown>
      if ('number' in facts && 'unit' in facts) return `${String(facts.number)}${known(`matters.unit.${String(facts.unit)}`, String(facts.unit))}`
      return Object.entries(facts).filter(([, one]) => !isBlank(one)).map(([name, one]) => `${known(`matters.fact.${name}`, name)} ${plain(name, one)}`).join('；')
    }
    return known(`matters.valueOf.${key}.${String(value)}`, String(value))
  }
  function value(c: Change, side: unknown): string {
    if (c.kind === 'moved') return t('matters.change.place', { number: side as number })
    if (side === null || side === undefined) return '—'
    if (c.part === 'form' && c.kind !== 'changed') return t(`matters.kind.${builderKind(side as FieldSchema)}`)
    if ((c.part === 'materials' || c.part === 'steps') && c.kind !== 'changed') return (side as { name: string }).name
    return plain(c.key, side)
  }
  return { title, value }
}
