/** The parts of a draft and what is in them, in words: for two people who wrote the same part. */
import { useI18n } from 'vue-i18n'
import { differ } from '@/shared/lib/merging'
import type { Material, Step } from './api'
import { fieldsIn, materialsOf, stepsOf, type FormFacts } from './parts'
import { useChangeWords } from './useChangeWords'

export interface PartWords {
  label: (name: string) => string
  say: (name: string, value: unknown) => string
  /** Titles of the fields, materials or steps that are not the same; empty for a part that is one value. */
  apart: (name: string, mine: unknown, theirs: unknown) => string
}

interface Item {
  name?: string
  field?: { title?: string }
}

/** Items of a part that is a list, and what each is called. */
const ITEMS: Record<string, (value: unknown) => Map<string, Item>> = {
  form: (value) => fieldsIn(value as FormFacts),
  materials: (value) => materialsOf(value as Material[]),
  steps: (value) => stepsOf(value as Step[]),
}

export function usePartWords(): PartWords {
  const { t, te } = useI18n()
  const words = useChangeWords()
  const called = ([key, item]: [string, Item]): string => item.name ?? item.field?.title ?? key
  return {
    label: (name) => t(['matters.part', 'matters.basic', 'matters.fact'].map((group) => `${group}.${name}`).find((key) => te(key)) ?? 'matters.edit.note'),
    say(name, value) {
      const items = ITEMS[name]?.(value)
      return items ? [...items].map(called).join('、') : words.value({ part: 'facts', key: name, kind: 'changed', title: '', before: null, after: value }, value)
    },
    apart(name, mine, theirs) {
      const [here, there] = [ITEMS[name]?.(mine), ITEMS[name]?.(theirs)]
      if (!here || !there) return ''
      return [...new Map([...there, ...here])].filter(([key]) => differ(here.get(key), there.get(key))).map(called).join('、')
    },
  }
}
