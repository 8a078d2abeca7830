/** What a piece of a profile is, so that it can be drawn as a person would write it. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
type Dict = { [key: string]: Json }

export const isDict = (value: Json): value is Dict => typeof value === 'object' && value !== null && !Array.isArray(value)

export const isText = (value: Json): value is { zh: string; en: string } => isDict(value) && typeof value.zh === 'string' && Object.keys(value).every((k) => k === 'zh' || k === 'en')

export const isLimit = (value: Json): value is { number: number; unit: string } => isDict(value) && typeof value.number === 'number' && typeof value.unit === 'string'

export const isShare = (value: Json): value is Dict => isDict(value) && 'of' in value && ('at_least' in value || 'more_than' in value)

/** Said in one line: a scalar, a text, a limit, a share. */
export const isPlain = (value: Json): boolean => !(typeof value === 'object' && value !== null) || isText(value) || isLimit(value) || isShare(value)

/** Nothing to say: left out of the drawing. */
export const isVoid = (value: Json): boolean => value === null || value === '' || (Array.isArray(value) && !value.length) || (isDict(value) && !Object.keys(value).length)

const HEADS = ['name', 'title'] as const

/** The name under which an entry of a list stands. */
export function headOf(value: Json): Json | null {
  return isDict(value) ? (HEADS.map((h) => value[h]).find((x) => x !== undefined && isPlain(x)) ?? null) : null
}

/** A list, or a table keyed by code, whose entries carry names. */
export function namedEntries(value: Json): { key: string; value: Dict }[] | null {
  const pairs = Array.isArray(value) ? value.map((v, i): [string, Json] => [String(i), v]) : isDict(value) ? Object.entries(value).filter(([, v]) => v !== null) : []
  return pairs.length && pairs.every(([, v]) => isDict(v) && headOf(v) !== null) ? pairs.map(([key, v]) => ({ key, value: v as Dict })) : null
}

/** Fields that hold codes of something named elsewhere in the profile. */
export const REFERENCES = new Set(['after', 'basis', 'category', 'categories', 'step_set', 'default_step_set', 'certificate_step_set'])

export function nameOf(entry: { key: string; value: Dict }): [string, Json] {
  return [typeof entry.value.code === 'string' ? entry.value.code : entry.key, headOf(entry.value)]
}

/** Every code of a part with its name. */
export function allNames(value: Json): Record<string, Json> {
  if (isPlain(value)) return {}
  const inner = Object.values(value as Dict | Json[]).map(allNames)
  // A law is a list of its versions: the last one names it.
  const versions = Object.entries(isDict(value) ? value : {}).flatMap(([key, list]): [string, Json][] => {
    const last = Array.isArray(list) ? (list.at(-1) ?? null) : null
    return isDict(last) && last.title !== undefined ? [[key, last.title]] : []
  })
  return Object.assign({}, Object.fromEntries(versions), ...inner, Object.fromEntries((namedEntries(value) ?? []).map(nameOf))) as Record<string, Json>
}

const HIDDEN = new Set<string>([...HEADS, 'code', 'standing', 'note', 'key'])

export const restOf = (value: Dict): [string, Json][] => Object.entries(value).filter(([k, v]) => !HIDDEN.has(k) && !isVoid(v))
