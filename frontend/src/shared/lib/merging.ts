/** Two writers of one record, compared field by field. */
export const differ = (one: unknown, other: unknown): boolean => JSON.stringify(one ?? null) !== JSON.stringify(other ?? null)

/** A field that somebody else changed meanwhile: their value, and whether something else was typed here. */
export interface Meanwhile {
  name: string
  theirs: unknown
  typed: boolean
}
