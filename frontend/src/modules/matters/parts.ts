/**
 * The parts of a draft that two people write without disturbing each other, and the items of those that are lists.
 *
 * Fields and their order are one part: neither is right without the other.
 */
import type { FieldSchema } from '@/shared/lib/jsonSchema'
import { differ, mergedItems, type Merge } from '@/shared/lib/merging'
import type { Content, Draft, Material, Step } from './api'

export type FormFacts = Pick<Content, 'form_schema' | 'form_order'>
export type Parts = Omit<Content, keyof FormFacts> & { form: FormFacts; note: string }
interface FormItem {
  field: FieldSchema
  required: boolean
}

export const partOf = (content: Content, name: string | symbol): unknown => (name === 'form' ? { form_schema: content.form_schema, form_order: content.form_order } : content[name as keyof Content])

export function partsOf({ content: { form_schema, form_order, ...rest }, note }: Draft): Parts {
  return { ...rest, form: { form_schema, form_order }, note }
}

export const materialsOf = (list: readonly Material[]): Map<string, Material> => new Map(list.map((one) => [one.id || one.name, one]))
export const stepsOf = (list: readonly Step[]): Map<string, Step> => new Map(list.map((one) => [one.key, one]))
export const fieldsIn = ({ form_schema: schema, form_order: order }: FormFacts): Map<string, FormItem> =>
  new Map((order ?? []).map((key) => [key, { field: schema.properties?.[key] ?? {}, required: schema.required?.includes(key) ?? false }]))

function mergedForm(base: FormFacts, mine: FormFacts, theirs: FormFacts): FormFacts | undefined {
  const fields = mergedItems(fieldsIn(base), fieldsIn(mine), fieldsIn(theirs))
  const rest = ({ form_schema }: FormFacts): object => ({ ...form_schema, properties: null, required: null })
  if (!fields || (differ(rest(mine), rest(base)) && differ(rest(theirs), rest(base)))) return undefined
  const schema = differ(rest(mine), rest(base)) ? mine.form_schema : theirs.form_schema
  const order = [...fields.keys()]
  return { form_order: order, form_schema: { ...schema, properties: Object.fromEntries([...fields].map(([key, one]) => [key, one.field])), required: order.filter((key) => fields.get(key)!.required) } }
}

function inItems<T>(itemsOf: (list: readonly T[]) => Map<string, T>): Merge<T[]> {
  return (base, mine, theirs) => {
    const found = mergedItems(itemsOf(base), itemsOf(mine), itemsOf(theirs))
    return found && [...found.values()]
  }
}
export const MERGES = { form: mergedForm, materials: inItems(materialsOf), steps: inItems(stepsOf) }
