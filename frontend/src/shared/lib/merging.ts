/** Two writers of one record, compared field by field. */
export const differ = (one: unknown, other: unknown): boolean => asText(one) !== asText(other)

/** Names of an object have no order; a database gives them back in its own. */
const asText = (value: unknown): string => JSON.stringify(value ?? null, (_, part: unknown) => (isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part))
const isObject = (part: unknown): part is object => typeof part === 'object' && part !== null && !Array.isArray(part)

/** A field that somebody else changed meanwhile: their value, and whether something else was typed here. */
export interface Meanwhile {
  name: string
  theirs: unknown
  typed: boolean
}
