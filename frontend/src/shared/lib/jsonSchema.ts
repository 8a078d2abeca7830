/**
 * The part of JSON Schema 2020-12 that forms of matters use, and what a form says before the server is asked.
 *
 * The server's word is final; these checks only spare a round trip.
 */
export interface FieldSchema {
  type?: string | string[]
  title?: string
  description?: string
  format?: string
  enum?: (string | number)[]
  oneOf?: { const: string | number; title?: string }[]
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  maxItems?: number
  items?: FieldSchema
  properties?: Record<string, FieldSchema>
  required?: string[]
  readOnly?: boolean
  'x-prefill'?: string
  'x-labels'?: Record<string, string>
  'x-labels-en'?: Record<string, string>
  'x-title-en'?: string
  'x-multiline'?: boolean
}

export interface FormSchema extends FieldSchema {
  properties?: Record<string, FieldSchema>
}

export type FormValues = Record<string, unknown>

export type Kind = 'text' | 'long' | 'number' | 'boolean' | 'date' | 'choice' | 'choices' | 'rows' | 'group'

/** Money is kept in fen; people say, read and type yuan. */
export const isMoney = (name: string): boolean => name.endsWith('_fen')
export const inYuan = (title: string): string => title.replace('（分）', '（元）').replace('(fen)', '(yuan)')

export function typeOf(schema: FieldSchema): string {
  const declared = Array.isArray(schema.type) ? schema.type.find((t) => t !== 'null') : schema.type
  return declared ?? (schema.properties ? 'object' : 'string')
}

export function optionsOf(schema: FieldSchema, english = false): { value: string | number; label: string }[] {
  const labels = (english && schema['x-labels-en']) || schema['x-labels'] || {}
  if (schema.oneOf) return schema.oneOf.map((o) => ({ value: o.const, label: o.title ?? String(o.const) }))
  return (schema.enum ?? []).map((value) => ({ value, label: labels[String(value)] ?? String(value) }))
}

export function kindOf(schema: FieldSchema): Kind {
  const type = typeOf(schema)
  if (schema.enum || schema.oneOf) return 'choice'
  if (type === 'boolean') return 'boolean'
  if (type === 'number' || type === 'integer') return 'number'
  if (type === 'array') return schema.items?.enum ? 'choices' : 'rows'
  if (type === 'object') return 'group'
  if (schema.format === 'date') return 'date'
  return schema['x-multiline'] || (schema.maxLength ?? 0) > 200 ? 'long' : 'text'
}

export interface Complaint {
  key: string
  limit?: number
}

export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/

/** Whether a text fits a pattern. One that is still being written, or that only the server can read, complains of nothing. */
function fits(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return true
  }
}

export function complaintOf(schema: FieldSchema, value: unknown, required: boolean): Complaint | null {
  if (isBlank(value)) return required ? { key: 'required' } : null
  if (typeof value === 'string') {
    if (schema.format === 'date' && !DAY.test(value)) return { key: 'date' }
    if (schema.minLength && value.length < schema.minLength) return { key: 'minLength', limit: schema.minLength }
    if (schema.maxLength && value.length > schema.maxLength) return { key: 'maxLength', limit: schema.maxLength }
    if (schema.pattern && !fits(schema.pattern, value)) return { key: 'pattern' }
  }
  if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum) return { key: 'min', limit: schema.minimum }
    if (schema.maximum !== undefined && value > schema.maximum) return { key: 'max', limit: schema.maximum }
  }
  return null
}

/** Every complaint of a form by the name of its field. */
export function complaints(schema: FormSchema, values: FormValues): Record<string, Complaint> {
  const found: Record<string, Complaint> = {}
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const complaint = complaintOf(field, values[name], schema.required?.includes(name) ?? false)
    if (complaint) found[name] = complaint
  }
  return found
}

/** 19430611 → 1943-06-11; other text unchanged. */
export function tidyDay(typed: string): string {
  const digits = typed.replace(/[年月./\s]/g, '-').replace(/日|-$/g, '')
  if (/^\d{8}$/.test(digits)) return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`
  const parts = digits.split('-')
  if (parts.length === 3) return parts.map((p, i) => p.padStart(i ? 2 : 4, '0')).join('-')
  return typed
}
