import { expect, test } from 'vitest'
import { mayActFor, relationTo } from '@/modules/workbench/relation'

const one = (relation: string, sex: '1' | '2') => ({ relation, sex })

test('whoever collects for the mother of the head is called what he is to her', () => {
  expect(relationTo(one('52', '2'), one('02', '1'))).toBe('son')
  expect(relationTo(one('52', '2'), one('51', '1'))).toBe('spouse')
  expect(relationTo(one('20', '1'), one('10', '2'))).toBe('mother')
  expect(relationTo(one('02', '1'), one('30', '2'))).toBe('daughter')
})

test('a relation that does not follow is called family', () => {
  expect(relationTo(one('52', '2'), one('41', '1'))).toBe('family')
  expect(relationTo(one('52', '2'), one('10', '2'))).toBe('family')
})

test('a child and the dead act for nobody', () => {
  expect(mayActFor({ alive: true, age: 17 })).toBe(false)
  expect(mayActFor({ alive: false, age: 60 })).toBe(false)
  expect(mayActFor({ alive: true, age: 18 })).toBe(true)
})
