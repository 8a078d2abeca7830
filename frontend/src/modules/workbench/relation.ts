/** What somebody of the household is to the applicant, from what both are to the head (GB/T 4761). */
import type { Member } from '@/modules/people/api'

const ADULT_YEARS = 18

type Placed = Pick<Member, 'relation' | 'sex'>
type Generation = 'head' | 'spouse' | 'child' | 'parent' | 'other'
export type Kin = 'son' | 'daughter' | 'father' | 'mother' | 'spouse' | 'sibling' | 'family'

/** The first digit of the code: 0 the head, 1 the spouse, 2 and 3 sons and daughters, 5 parents. */
const GENERATIONS: Record<string, Generation> = { 0: 'head', 1: 'spouse', 2: 'child', 3: 'child', 5: 'parent' }
const generation = (one: Placed): Generation => GENERATIONS[one.relation?.[0] ?? ''] ?? 'other'

/** By the generation of the applicant and of the other: who the other is. Whatever is not certain is family. */
const KIN: Partial<Record<`${Generation}-${Generation}`, 'child' | 'parent' | 'spouse' | 'sibling'>> = {
  'head-spouse': 'spouse',
  'spouse-head': 'spouse',
  'parent-parent': 'spouse',
  'head-child': 'child',
  'spouse-child': 'child',
  'parent-head': 'child',
  'child-head': 'parent',
  'child-spouse': 'parent',
  'head-parent': 'parent',
  'child-child': 'sibling',
}

export function relationTo(applicant: Placed, other: Placed): Kin {
  const kin = KIN[`${generation(applicant)}-${generation(other)}`]
  if (kin === 'child') return other.sex === '2' ? 'daughter' : 'son'
  if (kin === 'parent') return other.sex === '2' ? 'mother' : 'father'
  return kin ?? 'family'
}

export const mayActFor = (one: Pick<Member, 'alive' | 'age'>): boolean => one.alive && (one.age ?? ADULT_YEARS) >= ADULT_YEARS
