/**
 * What a form builder does to a JSON Schema 2020-12 form: pure functions from one form to the next.
 *
 * The order names every field once, and `required` names fields only; the server checks the same.
 */
import { kindOf, type FieldSchema, type FormSchema } from '@/shared/lib/jsonSchema'

export interface Form {
  schema: FormSchema
  order: string[]
}

/** The kinds that somebody can choose; `decimal` and `number` are both numbers to whoever fills the form in. */
export const KINDS = ['text', 'long', 'number', 'decimal', 'date', 'boolean', 'choice', 'choices', 'rows'] as const
export type BuilderKind = (typeof KINDS)[number]

/** Formats that need no knowledge of patterns. */
export const PATTERNS: Record<string, string> = {
  phone: '^(1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})$',
  identity: '^[0-9A-Z]+$',
  bank: '^[0-9]{8,24}$',
  digits: '^[0-9]+$',
}
const SHAPES: Record<BuilderKind, () => FieldSchema> = {
  text: () => ({ type: 'string', maxLength: 100 }),
  long: () => ({ type: 'string', maxLength: 500, 'x-multiline': true }),
  number: () => ({ type: 'integer', minimum: 0 }),
  decimal: () => ({ type: 'number', minimum: 0 }),
  date: () => ({ type: 'string', format: 'date' }),
  boolean: () => ({ type: 'boolean' }),
  choice: () => ({ type: 'string', enum: ['a', 'b'], 'x-labels': { a: '', b: '' } }),
  choices: () => ({ type: 'array', uniqueItems: true, items: { type: 'string', enum: ['a', 'b'], 'x-labels': { a: '', b: '' } } }),
  rows: () => ({ type: 'array', maxItems: 20, items: { type: 'object', properties: { name: { type: 'string', title: '姓名', maxLength: 50 } } } }),
}

export function builderKind(field: FieldSchema): BuilderKind {
  const kind = kindOf(field)
  if (kind === 'number') return field.type === 'number' ? 'decimal' : 'number'
  return kind === 'group' ? 'rows' : kind
}

export function fieldsOf(form: Form): { key: string; field: FieldSchema; required: boolean }[] {
  return form.order.flatMap((key) => {
    const field = form.schema.properties?.[key]
    return field ? [{ key, field, required: form.schema.required?.includes(key) ?? false }] : []
  })
}

/** A key that is free: `field_1`, `field_2`, … */
export function freeKey(taken: readonly string[], stem = 'field'): string {
  if (stem !== 'field' && !taken.includes(stem)) return stem
  let number = 1
  while (taken.includes(`${stem}_${number}`)) number += 1
  return `${stem}_${number}`
}

export function addField(form: Form, kind: BuilderKind, title: string, after?: string): { form: Form; key: string } {
  const key = freeKey(form.order)
  const place = after ? form.order.indexOf(after) + 1 : form.order.length
  const order = [...form.order.slice(0, place), key, ...form.order.slice(place)]
  return { form: rebuilt(form, order, { ...form.schema.properties, [key]: { ...SHAPES[kind](), title } }), key }
}

export function removeField(form: Form, key: string): Form {
  const rest = Object.fromEntries(Object.entries(form.schema.properties ?? {}).filter(([one]) => one !== key))
  return rebuilt(form, form.order.filter((one) => one !== key), rest)
}

export function moveField(form: Form, key: string, by: number): Form {
  return { ...form, order: moved(form.order, form.order.indexOf(key), by) }
}

/** Change facts of a field; a fact that is undefined or empty is taken away. */
export function changeField(form: Form, key: string, facts: Partial<FieldSchema>): Form {
  const next = { ...form.schema.properties?.[key], ...facts }
  const kept = Object.fromEntries(Object.entries(next).filter(([name, value]) => name === 'title' || (value !== undefined && value !== ''))) as FieldSchema
  return rebuilt(form, form.order, { ...form.schema.properties, [key]: kept })
}

/** Another kind keeps title, hint and where it is filled from; the rest belonged to the former kind. */
export function changeKind(form: Form, key: string, kind: BuilderKind): Form {
  const old = form.schema.properties?.[key] ?? {}
  const kept: FieldSchema = { ...SHAPES[kind](), title: old.title ?? '' }
  for (const name of ['x-title-en', 'description', 'x-prefill'] as const) if (old[name]) kept[name] = old[name]
  return rebuilt(form, form.order, { ...form.schema.properties, [key]: kept })
}

export function renameField(form: Form, key: string, name: string): Form {
  if (name === key || !/^[a-z][a-z0-9_]{0,39}$/.test(name) || form.order.includes(name)) return form
  const swap = (one: string): string => (one === key ? name : one)
  const properties = Object.fromEntries(Object.entries(form.schema.properties ?? {}).map(([one, field]) => [swap(one), field]))
  return rebuilt({ ...form, schema: { ...form.schema, required: form.schema.required?.map(swap) } }, form.order.map(swap), properties)
}

export function setRequired(form: Form, key: string, required: boolean): Form {
  const others = (form.schema.required ?? []).filter((one) => one !== key)
  const names = new Set(required ? [...others, key] : others)
  return { ...form, schema: { ...form.schema, required: form.order.filter((one) => names.has(one)) } }
}

export interface Choice {
  value: string
  label: string
}

export function choicesOf(field: FieldSchema): Choice[] {
  const holder = field.items ?? field
  return (holder.enum ?? []).map((value) => ({ value: String(value), label: holder['x-labels']?.[String(value)] ?? '' }))
}

export function withChoices(field: FieldSchema, choices: Choice[]): Partial<FieldSchema> {
  const facts = { enum: choices.map((one) => one.value), 'x-labels': Object.fromEntries(choices.map((one) => [one.value, one.label])) }
  return field.items ? { items: { ...field.items, ...facts } } : facts
}

/** A list with one item moved; out of its ends nothing moves. */
export function moved<T>(list: readonly T[], from: number, by: number): T[] {
  const to = from + by
  if (from < 0 || to < 0 || to >= list.length) return [...list]
  const next = [...list]
  next.splice(to, 0, ...next.splice(from, 1))
  return next
}

function rebuilt(form: Form, order: string[], properties: Record<string, FieldSchema>): Form {
  const required = (form.schema.required ?? []).filter((key) => key in properties)
  return { order, schema: { ...form.schema, type: 'object', properties, required } }
}

/** Steps by the moment they can begin: those of one wave run at the same time. */
export function waves<S extends { key: string; after?: string[] }>(steps: readonly S[]): S[][] {
  const depth = new Map<string, number>()
  const found: S[][] = []
  for (const step of steps) {
    const own = Math.max(0, ...(step.after ?? []).map((key) => (depth.get(key) ?? -1) + 1))
    depth.set(step.key, own)
    ;(found[own] ??= []).push(step)
  }
  return found
}
