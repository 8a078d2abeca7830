import { flushPromises, mount } from '@vue/test-utils'
import { beforeAll, describe, expect, it } from 'vitest'
import { i18n } from '@/i18n'
import { ApiProblem } from '@/api/problem'
import ConfirmDialog from '@/shared/components/ConfirmDialog.vue'
import type { Harm } from '@/shared/composables/useConfirm'

const WORDS = '上午无人值守，电话13912345678'
const refusal = new ApiProblem(422, { code: 'x', detail: '', errors: [{ pointer: '/note', code: 'x', detail: '含有手机号，请删去' }] })

function dialogOf(more: Partial<Harm>): ReturnType<typeof mount<typeof ConfirmDialog>> {
  const harm = { title: '发现问题', consequences: [], action: '要求整改', reason: '发现的问题', ...more }
  return mount(ConfirmDialog, { props: { harm }, global: { plugins: [i18n] }, attachTo: document.body })
}
async function send(dialog: ReturnType<typeof dialogOf>): Promise<void> {
  await dialog.findAll('footer button')[1]!.trigger('click')
  await flushPromises()
}

describe('a dialog that asks for words', () => {
  beforeAll(() => {
    HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
      this.open = true
    }
  })

  it('keeps what was written when the act is refused, says why, and closes once it went well', async () => {
    const sent: string[] = []
    const answers: (Error | null)[] = [refusal, null]
    const dialog = dialogOf({
      send: async (words) => {
        sent.push(words)
        const answer = answers.shift()
        if (answer) throw answer
      },
    })
    await dialog.get('textarea').setValue(WORDS)
    await send(dialog)
    expect([dialog.emitted('settle'), dialog.get('textarea').element.value]).toEqual([undefined, WORDS])
    expect(dialog.get('[role=alert]').text()).toContain('含有手机号，请删去')
    await dialog.get('textarea').setValue('上午无人值守')
    await send(dialog)
    expect([sent, dialog.emitted('settle')]).toEqual([[WORDS, '上午无人值守'], [['上午无人值守']]])
  })

  it('sends once however often the button is pressed', async () => {
    let sent = 0
    let answer = (): void => undefined
    const dialog = dialogOf({
      send: () => {
        sent += 1
        return new Promise<void>((resolve) => (answer = resolve))
      },
    })
    await dialog.get('textarea').setValue('查看了值班表')
    const button = dialog.findAll('footer button')[1]!
    await button.trigger('click')
    await button.trigger('click')
    expect([sent, button.attributes('disabled')]).toEqual([1, ''])
    answer()
    await flushPromises()
    expect(dialog.emitted('settle')).toEqual([['查看了值班表']])
  })

  it('gives back to whoever wrote them the words that did not get through', async () => {
    const send = async (): Promise<void> => Promise.reject(refusal)
    const opened = (owner: string, title = '复查未通过'): ReturnType<typeof dialogOf> => mount(ConfirmDialog, { props: { harm: { title, consequences: ['三组公厕'], action: '提交', reason: '情况', send }, owner }, global: { plugins: [i18n] }, attachTo: document.body })
    const first = opened('周德明')
    await first.get('textarea').setValue(WORDS)
    first.unmount()
    const words = ['周德明', '王敏', '周德明'].map((owner, i) => {
      const dialog = opened(owner, i === 2 ? '复查通过' : undefined)
      const found = dialog.get('textarea').element.value
      dialog.unmount()
      return found
    })
    expect(words).toEqual([WORDS, '', ''])
  })

  it('sends nothing without words, and settles at once where nothing is sent', async () => {
    const dialog = dialogOf({})
    await send(dialog)
    expect(dialog.emitted('settle')).toBeUndefined()
    await dialog.get('textarea').setValue('有原因')
    await send(dialog)
    expect(dialog.emitted('settle')).toEqual([['有原因']])
  })
})
