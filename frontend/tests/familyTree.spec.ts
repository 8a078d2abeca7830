import { describe, expect, test } from 'vitest'
import { familyTree, generationOf } from '@/modules/people/familyTree'
import type { Member } from '@/modules/people/api'

const member = (id: string, relation: string): Member => ({
  id, name: id, relation, relation_name: null, division: '421202104221', division_name: null, grid_name: null, household_id: null, address: null, sex: '9', birth_date: null, age: null,
  identity_masked: null, phone_masked: null, presence: 'registered_here', alive: true, masked: false, since: '2020-01-01',
})

describe('the family tree of a household', () => {
  test('relation codes tell the generation', () => {
    expect(['61', '52', '02', '10', '20', '38', '41'].map(generationOf)).toEqual([-2, -1, 0, 0, 1, 1, 2])
  })
  test('parents stand above the head and children below, the spouse beside', () => {
    const tree = familyTree([member('son', '20'), member('wife', '12'), member('head', '02'), member('mother', '52')])
    const at = Object.fromEntries(tree.nodes.map((n) => [n.member.id, n]))
    expect(at.mother!.y).toBeLessThan(at.head!.y)
    expect(at.son!.y).toBeGreaterThan(at.head!.y)
    expect(at.wife!.y).toBe(at.head!.y)
    expect(at.wife!.x).toBeGreaterThan(at.head!.x)
    expect(tree.lines.map((l) => l.kind).sort()).toEqual(['descent', 'descent', 'spouse'])
  })
  test('grandchildren hang below an only child, and below nobody where it is doubtful', () => {
    const lines = (...relations: string[]): number => familyTree(relations.map((r, i) => member(`p${i}`, r))).lines.length
    expect(lines('02', '20', '41')).toBe(2)
    expect(lines('02', '20', '30', '41')).toBe(2)
  })
  test('a daughter in law has no line of descent', () => {
    expect(familyTree([member('head', '02'), member('in-law', '38')]).lines).toEqual([])
  })
})
