import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import { i18n } from '@/i18n'
import { ApiProblem } from '@/api/problem'
import ActForm from '@/shared/components/ActForm.vue'
import { faultOf } from '@/shared/lib/fieldFault'
import { today } from '@/shared/lib/format'

const refusal = new ApiProblem(422, { code: 'invalid', detail: '填写有误', errors: [{ pointer: '/name', code: 'x', detail: '姓名不对' }] })

function formOf(answers: (Error | null)[]): { keys: string[]; form: ReturnType<typeof mount> } {
  const keys: string[] = []
  const send = async (key: string): Promise<void> => {
    keys.push(key)
    const answer = answers.shift()
    if (answer) throw answer
  }
  const form = mount(ActForm, { props: { send, done: '已保存', submit: '保存' }, slots: { default: ({ faults }: { faults: Record<string, string> }) => h('input', { title: faults.name }) }, global: { plugins: [i18n] } })
  return { keys, form }
}

describe('a field that the browser refuses', () => {
  const field = (type: string, facts: Partial<ValidityState>, max = ''): Parameters<typeof faultOf>[0] => ({ type, min: '', max, minLength: 2, validity: facts as ValidityState })
  it.each([
    ['a day that is not in the calendar', field('date', { badInput: true }), 'form.error.noSuchDay'],
    ['a day after today', field('date', { rangeOverflow: true }, today()), 'form.error.afterToday'],
    ['a day after another', field('date', { rangeOverflow: true }, '2020-01-01'), 'form.error.max'],
    ['an empty field', field('text', { valueMissing: true }), 'form.error.required'],
  ])('has words of its own for %s', (_what, one, key) => {
    expect(faultOf(one)?.[0]).toBe(key)
  })
  it('says them in the language of the screen, and nothing once it was changed', async () => {
    const form = mount(ActForm, { props: { send: async () => undefined, done: '', submit: '保存' }, slots: { default: () => h('input', { required: true }) }, global: { plugins: [i18n] } })
    const input = form.get('input').element
    expect(input.checkValidity()).toBe(false)
    expect(input.validationMessage).toBe('请填写')
    await form.get('input').setValue('x')
    expect([input.checkValidity(), input.validationMessage]).toEqual([true, ''])
  })
})

const shown = vi.fn()

describe('a form that does one act', () => {
  beforeEach(() => {
    shown.mockClear()
    Element.prototype.scrollIntoView = function (this: Element) {
      shown(this.textContent)
    }
  })
  it('is ready when nobody says otherwise', () => {
    expect(formOf([]).form.get('button').attributes('disabled')).toBeUndefined()
  })
  it('says what was wrong at its field and above the button, and is done only when it went well', async () => {
    const { form } = formOf([refusal, null])
    await form.trigger('submit')
    await flushPromises()
    expect([form.get('[role=alert]').text(), form.get('input').attributes('title'), form.emitted('done')]).toEqual(['姓名不对', '姓名不对', undefined])
    await form.trigger('submit')
    await flushPromises()
    expect(form.emitted('done')).toHaveLength(1)
  })
  it('brings what was wrong into sight, which a long panel may hide', async () => {
    const { form } = formOf([refusal, null])
    await form.trigger('submit')
    await flushPromises()
    await form.trigger('submit')
    await flushPromises()
    expect(shown.mock.calls).toEqual([['姓名不对']])
  })
  it('retries under the same key until the content changes or it went well', async () => {
    const { keys, form } = formOf([refusal, refusal, null, null])
    for (const change of [false, false, true, false]) {
      if (change) await form.get('input').trigger('input')
      await form.trigger('submit')
      await flushPromises()
    }
    expect([keys[0] === keys[1], keys[1] === keys[2], keys[2] === keys[3]]).toEqual([true, false, false])
  })
})
