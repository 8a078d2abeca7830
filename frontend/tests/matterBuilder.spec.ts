import { describe, expect, test } from 'vitest'
import { addField, builderKind, changeField, changeKind, choicesOf, fieldsOf, moveField, moved, removeField, renameField, setRequired, waves, withChoices, type Form } from '@/modules/matters/builder'
import { useHistory } from '@/modules/matters/useHistory'
import { complaints } from '@/shared/lib/jsonSchema'

const EMPTY: Form = { schema: { type: 'object', properties: {} }, order: [] }
const TWO: Form = addField(addField(EMPTY, 'text', '姓名').form, 'choice', '方式').form

describe('a form under construction', () => {
  test('every field that is added has a key of its own and stands after the open one', () => {
    const three = addField(TWO, 'date', '日期', 'field_1').form
    expect(three.order).toEqual(['field_1', 'field_3', 'field_2'])
    expect(Object.keys(three.schema.properties!)).toHaveLength(3)
  })
  test('a removed field is neither required nor in the order any more', () => {
    const form = removeField(setRequired(TWO, 'field_1', true), 'field_1')
    expect([form.order, form.schema.required, Object.keys(form.schema.properties!)]).toEqual([['field_2'], [], ['field_2']])
  })
  test('a field is moved within the ends of the list', () => {
    expect(moveField(TWO, 'field_2', -1).order).toEqual(['field_2', 'field_1'])
    expect(moveField(TWO, 'field_2', 1).order).toEqual(TWO.order)
    expect(moved([1, 2, 3], 0, 2)).toEqual([2, 3, 1])
  })
  test('another name follows into the order and the required ones; a taken or malformed name changes nothing', () => {
    const form = renameField(setRequired(TWO, 'field_1', true), 'field_1', 'name')
    expect([form.order, form.schema.required]).toEqual([['name', 'field_2'], ['name']])
    expect(renameField(TWO, 'field_1', 'field_2')).toBe(TWO)
    expect(renameField(TWO, 'field_1', 'Bad Name')).toBe(TWO)
  })
  test('another kind keeps the title and where it is filled from', () => {
    const form = changeKind(changeField(TWO, 'field_1', { 'x-prefill': 'name', pattern: '^a$' }), 'field_1', 'date')
    expect(form.schema.properties!.field_1).toEqual({ type: 'string', format: 'date', title: '姓名', 'x-prefill': 'name' })
  })
  test('an emptied fact is taken away, an emptied title stays', () => {
    const form = changeField(changeField(TWO, 'field_1', { pattern: '^a$', description: '提示' }), 'field_1', { pattern: undefined, description: '', title: '' })
    expect(form.schema.properties!.field_1).toEqual({ type: 'string', maxLength: 100, title: '' })
  })
  test('choices of one and of several are changed alike', () => {
    for (const kind of ['choice', 'choices'] as const) {
      const { form, key } = addField(EMPTY, kind, '项')
      const field = changeField(form, key, withChoices(form.schema.properties![key]!, [{ value: 'x', label: '甲' }])).schema.properties![key]!
      expect(choicesOf(field)).toEqual([{ value: 'x', label: '甲' }])
      expect(builderKind(field)).toBe(kind)
    }
  })
  test('a pattern that is still being written complains of nothing', () => {
    for (const pattern of ['[0-9', '^(a', '(?P<part>a)']) {
      const schema = { type: 'object', properties: { field_1: { type: 'string', title: '编号', pattern } } }
      expect(complaints(schema, { field_1: '12' })).toEqual({})
    }
  })

  test('the same schema complains where cases would', () => {
    expect(complaints(setRequired(TWO, 'field_1', true).schema, {})).toEqual({ field_1: { key: 'required' } })
    expect(fieldsOf(setRequired(TWO, 'field_1', true)).map((one) => one.required)).toEqual([true, false])
  })
})

test('steps of one wave run at the same time', () => {
  const steps = [{ key: 'a' }, { key: 'b', after: ['a'] }, { key: 'c', after: ['a'] }, { key: 'd', after: ['b', 'c'] }]
  expect(waves(steps).map((wave) => wave.map((step) => step.key))).toEqual([['a'], ['b', 'c'], ['d']])
})

describe('undo', () => {
  test('typing in one spot is one step, another spot another', () => {
    let at = 0
    const history = useHistory('', () => at)
    history.set('a', 'title')
    at += 100
    history.set('ab', 'title')
    history.set('ab!', 'hint')
    history.undo()
    expect(history.value.value).toBe('ab')
    history.undo()
    expect(history.value.value).toBe('')
    expect(history.canUndo.value).toBe(false)
    history.redo()
    expect(history.value.value).toBe('ab')
  })
  test('a new change forgets what was undone', () => {
    const history = useHistory(1)
    history.set(2)
    history.undo()
    history.set(3)
    expect(history.canRedo.value).toBe(false)
    history.undo()
    expect(history.value.value).toBe(1)
  })
})
