/** The parts of a draft and what is in them, in words: for two people who wrote the same part. */
import { useI18n } from 'vue-i18n'
import { differ } from '@/shared/lib/merging'
import type { Change, Material, Step } from './api'
import type { FormFacts } from './useDraft'
import { useChangeWords } from './useChangeWords'

type Entry = [title: string, item: unknown]

export interface PartWords {
  label: (name: string) => string
  say: (name: string, value: unknown) => string
  /** Titles of the fields, materials or steps that are not the same; empty for a part that is one value. */
  apart: (name: string, mine: unknown, theirs: unknown) => string
}

/** Items of a part that is a list, by what makes each of them the same one. */
const ITEMS: Record<string, (value: unknown) => Map<string, Entry>> = {
  form: (value) => new Map(((value as FormFacts).form_order ?? []).map((key) => [key, [(value as FormFacts).form_schema.properties?.[key]?.title ?? key, (value as FormFacts).form_schema.properties?.[key]]])),
  materials: (value) => new Map((value as Material[]).map((one) => [one.id || one.name, [one.name, one]])),
  steps: (value) => new Map((value as Step[]).map((one) => [one.key, [one.name, one]])),
}

export function usePartWords(): PartWords {
  const { t, te } = useI18n()
  const words = useChangeWords()
  return {
    label: (name) => t(['matters.part', 'matters.basic', 'matters.fact'].map((group) => `${group}.${name}`).find((key) => te(key)) ?? 'matters.edit.note'),
    say(name, value) {
      const items = ITEMS[name]?.(value)
      return items ? [...items.values()].map(([title]) => title).join('、') : words.value({ part: 'basics', key: name, kind: 'changed' } as Change, value)
    },
    apart(name, mine, theirs) {
      const read = ITEMS[name]
      if (!read) return ''
      const [here, there] = [read(mine), read(theirs)]
      const keys = [...new Set([...here.keys(), ...there.keys()])].filter((key) => differ(here.get(key)?.[1], there.get(key)?.[1]))
      return keys.map((key) => (here.get(key) ?? there.get(key))?.[0]).join('、')
    },
  }
}
