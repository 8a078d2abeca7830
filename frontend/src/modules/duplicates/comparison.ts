/** Which of two records stays, and which value of each field counts: what is proposed, and what somebody chose instead. */
import type { Comparison, Difference, MergedField, MergeRequest } from './api'

export type Side = 'a' | 'b'
export const SIDES: readonly Side[] = ['a', 'b']

export interface Decision {
  kept: Side
  /** Fields whose value was chosen by hand. */
  picked: Record<string, Side>
  /** Whose household the one record stays in. */
  home: Side
}

// A number outweighs every other value: a record has some twenty.
const NUMBER_WEIGHT = 100

export const otherOf = (side: Side): Side => (side === 'a' ? 'b' : 'a')

/** The fuller record is proposed: the one with a number, then the one with more values; of two equals the first. */
export function proposed(found: Comparison): Side {
  const weight = (side: Side): number => (found[side].identity_masked ? NUMBER_WEIGHT : 0) + found.differences.filter((d) => d[side]).length
  return weight('b') > weight('a') ? 'b' : 'a'
}

/** Nothing is lost by a merge that nobody thought about: a value that only one record has is taken from it. */
export function valueFrom(difference: Difference, decision: Decision): Side {
  return decision.picked[difference.field] ?? (difference[decision.kept] ? decision.kept : otherOf(decision.kept))
}

/** Two values of which one has to go. */
export function isChoice(difference: Difference): boolean {
  return difference.mergeable && !difference.same && Boolean(difference.a) && Boolean(difference.b)
}

export function homesDiffer(found: Comparison): boolean {
  return Boolean(found.a.household_id && found.b.household_id && found.a.household_id !== found.b.household_id)
}

export function mergeRequest(found: Comparison, decision: Decision, reason: string): MergeRequest {
  const absorbed = otherOf(decision.kept)
  const taken = found.differences.filter((d) => d.mergeable && !d.same && d[absorbed] && valueFrom(d, decision) === absorbed)
  return {
    kept_id: found[decision.kept].id,
    absorbed_id: found[absorbed].id,
    from_absorbed: taken.map((d) => d.field as MergedField),
    home: decision.home === decision.kept ? 'kept' : 'absorbed',
    reason,
  }
}
