import { describe, expect, test } from 'vitest'
import { ageOn, csvCell, groupNumber, isPastDay } from '@/shared/lib/format'
import { complaints, kindOf, tidyDay } from '@/shared/lib/jsonSchema'
import { sortRows } from '@/shared/lib/table'

describe('numbers and days', () => {
  test('an identity number is written in the groups of its parts', () => {
    expect(groupNumber('42122119900101001X')).toBe('421221 1990 0101 001X')
    expect(groupNumber('421221********001X')).toBe('421221 •••• •••• 001X')
    expect(groupNumber('138****5678')).toBe('138 •••• 5678')
  })
  test('a person is a year older only on the birthday', () => {
    expect(ageOn('1943-06-11', new Date(2026, 5, 10))).toBe(82)
    expect(ageOn('1943-06-11', new Date(2026, 5, 11))).toBe(83)
  })
  test('a day may be typed without separators or the Chinese way', () => {
    expect(tidyDay('19430611')).toBe('1943-06-11')
    expect(tidyDay('1943年6月1日')).toBe('1943-06-01')
    expect(tidyDay('tomorrow')).toBe('tomorrow')
  })
  test('a day of the past is asked for when its year is typed to the end', () => {
    expect(['', '0002-05-01', '0198-05-01', '1849-12-31', '2999-01-01'].filter(isPastDay)).toEqual([])
    expect(['1850-01-01', '1998-05-01'].filter(isPastDay)).toEqual(['1850-01-01', '1998-05-01'])
  })
  test('an exported cell never becomes a formula', () => {
    expect(csvCell('=1+1')).toBe("'=1+1")
    expect(csvCell('a"b,c')).toBe('"a""b,c"')
  })
})

describe('schema forms', () => {
  const schema = { required: ['bank_account'], properties: { bank_account: { type: 'string', pattern: '^[0-9]{8,24}$' }, sex: { enum: ['1', '2'] } } }
  test('all complaints are found at once', () => {
    expect(complaints(schema, {})).toEqual({ bank_account: { key: 'required' } })
    expect(complaints(schema, { bank_account: '12' })).toEqual({ bank_account: { key: 'pattern' } })
  })
  test('an enumeration is a choice whatever its type', () => {
    expect(kindOf(schema.properties.sex)).toBe('choice')
  })
})

test('names sort by pinyin', () => {
  const rows = [{ n: '张' }, { n: '李' }, { n: '王' }]
  expect(sortRows(rows, { key: 'n', title: '', text: (r) => r.n }, false).map((r) => r.n)).toEqual(['李', '王', '张'])
})
