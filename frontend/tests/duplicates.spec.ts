import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { i18n } from '@/i18n'
import type { Comparison, Difference } from '@/modules/duplicates/api'
import { homesDiffer, isChoice, mergeRequest, otherOf, proposed, valueFrom, type Decision } from '@/modules/duplicates/comparison'
import en from '@/modules/duplicates/locale/en'
import zh from '@/modules/duplicates/locale/zh-CN'
import { useFieldText } from '@/modules/duplicates/useFieldText'

const difference = (field: string, a: string | null, b: string | null, mergeable = true): Difference => ({ field, a, b, same: a === b, mergeable })
const record = (id: string, more: object = {}): Comparison['a'] => ({ id, name: id, identity_masked: null, household_id: null, ...more }) as unknown as Comparison['a']
const compared = (differences: Difference[], a = record('a'), b = record('b')): Comparison => ({ a, b, differences, pair: null })
const decided = (more: Partial<Decision> = {}): Decision => ({ kept: 'a', picked: {}, home: 'a', ...more })

describe('which record is proposed to stay', () => {
  it('is the one with a number, however little else it has', () => {
    const fuller = [difference('phone', '138', null), difference('education', '30', null)]
    expect(proposed(compared(fuller, record('a'), record('b', { identity_masked: '4212**' })))).toBe('b')
  })
  it('is the one with more values when both or neither have a number', () => {
    expect(proposed(compared([difference('phone', null, '138')]))).toBe('b')
    expect(proposed(compared([difference('phone', '139', '138')]))).toBe('a')
  })
})

describe('whose value of a field counts', () => {
  it('is the kept record’s, unless it has none', () => {
    expect(valueFrom(difference('phone', '139', '138'), decided())).toBe('a')
    expect(valueFrom(difference('phone', null, '138'), decided())).toBe('b')
    expect(valueFrom(difference('phone', '139', null), decided({ kept: 'b' }))).toBe('a')
  })
  it('is the chosen one’s when somebody chose', () => {
    expect(valueFrom(difference('phone', '139', '138'), decided({ picked: { phone: 'b' } }))).toBe('b')
  })
  it('is asked only where two values differ and one has to go', () => {
    expect(isChoice(difference('phone', '139', '138'))).toBe(true)
    expect(isChoice(difference('phone', '139', '139'))).toBe(false)
    expect(isChoice(difference('phone', null, '138'))).toBe(false)
    expect(isChoice(difference('relation', '02', '12', false))).toBe(false)
  })
})

describe('the merge that is asked for', () => {
  const differences = [difference('name', '王兰', '王岚'), difference('phone', null, '138'), difference('sex', '2', '2'), difference('relation', '02', '12', false), difference('education', '30', null)]

  it('takes from the absorbed record what was chosen and what only it has', () => {
    const asked = mergeRequest(compared(differences), decided({ picked: { name: 'b' } }), '同一人')
    expect(asked).toEqual({ kept_id: 'a', absorbed_id: 'b', from_absorbed: ['name', 'phone'], home: 'kept', reason: '同一人' })
  })
  it('turns round when the other record stays', () => {
    const asked = mergeRequest(compared(differences), decided({ kept: 'b', home: 'a' }), '同一人')
    expect(asked).toEqual({ kept_id: 'b', absorbed_id: 'a', from_absorbed: ['education'], home: 'absorbed', reason: '同一人' })
    expect(otherOf(otherOf('a'))).toBe('a')
  })
  it('asks for the household only when both have one and they differ', () => {
    const [here, there, nowhere] = [record('a', { household_id: 'h1' }), record('b', { household_id: 'h2' }), record('b')]
    expect(homesDiffer(compared([], here, there))).toBe(true)
    expect(homesDiffer(compared([], here, record('b', { household_id: 'h1' })))).toBe(false)
    expect(homesDiffer(compared([], here, nowhere))).toBe(false)
  })
})

describe('a value in words', () => {
  function words(): ReturnType<typeof useFieldText> {
    let found: ReturnType<typeof useFieldText> | undefined
    mount(defineComponent({ setup: () => ((found = useFieldText()), () => h('i')) }), { global: { plugins: [i18n] } })
    return found!
  }
  it('groups numbers, names codes and leaves other text alone', () => {
    const say = words()
    expect(say('identity_number', '421202195003070010')).toBe('421202 1950 0307 0010')
    expect(say('phone', '13900001234')).toBe('139 0000 1234')
    expect(say('document_kind', 'passport')).toBe(zh.kind.passport)
    expect(say('address', '三组 12 号')).toBe('三组 12 号')
  })
  it('shows a dash where there is nothing', () => {
    expect([words()('phone', null), words()('phone', '')]).toEqual(['—', '—'])
  })
  it('has a label in both languages for every field that a comparison names', () => {
    for (const text of [zh, en]) expect(Object.keys(text.label)).toEqual(expect.arrayContaining(['name', 'identity_number', 'phone', 'relation', 'household_number', 'death_date']))
  })
})
