/** Two writers of one record, compared field by field; lists are brought together item by item. */
export const differ = (one: unknown, other: unknown): boolean => asText(one) !== asText(other)

/** Names of an object have no order; a database gives them back in its own. */
const asText = (value: unknown): string => JSON.stringify(value ?? null, (_, part: unknown) => (isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part))
const isObject = (part: unknown): part is object => typeof part === 'object' && part !== null && !Array.isArray(part)

/** A field that somebody else changed meanwhile: their value, and what became of what was typed here. */
export interface Meanwhile {
  name: string
  theirs: unknown
  /** Something else was typed here: somebody has to choose. */
  typed: boolean
  /** Something else was typed here, and both are in the form. */
  together?: boolean
}

export type Merge<T> = (base: T, mine: T, theirs: T) => T | undefined

/** What two made of a list of named items: all that only one of them changed, added or took away. Nothing where both changed one item, or both the order. */
export function mergedItems<T>(base: ReadonlyMap<string, T>, mine: ReadonlyMap<string, T>, theirs: ReadonlyMap<string, T>): Map<string, T> | undefined {
  const moved = (side: ReadonlyMap<string, T>): boolean => differ([...base.keys()].filter((key) => side.has(key)), [...side.keys()].filter((key) => base.has(key)))
  if (moved(mine) && moved(theirs)) return undefined
  const found = new Map<string, T>()
  for (const key of [...(moved(mine) ? mine : theirs).keys(), ...(moved(mine) ? theirs : mine).keys()]) {
    const [was, here, there] = [base.get(key), mine.get(key), theirs.get(key)]
    if (differ(here, was) && differ(there, was) && differ(here, there)) return undefined
    const item = differ(here, was) ? here : there
    if (item !== undefined) found.set(key, item)
  }
  return found
}

/** By place, for lists whose items have no name: places up to `common` are the same item, what follows is each side's own. */
export const byPlace = <T>(list: readonly T[], common: number, side: string): Map<string, T> => new Map(list.map((item, at) => [at < common ? String(at) : `${side} ${at}`, item]))
