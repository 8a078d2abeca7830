import { mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { i18n } from '@/i18n'
import { dismissToast, toasts } from '@/shared/composables/useToast'

vi.mock('@/shared/components/SlidePanel.vue', () => ({ default: { template: '<div><slot /><slot name="foot" /></div>' } }))
const { default: FileCapture } = await import('@/shared/components/FileCapture.vue')
const { default: HandPanel } = await import('@/modules/workbench/components/HandPanel.vue')
const global = { plugins: [i18n] }

describe('a file for a material', () => {
  beforeEach(() => toasts.value.forEach((one) => dismissToast(one.id)))
  async function brought(name: string, type: string, content = 'x') {
    const capture = mount(FileCapture, { props: { name: '身份证' }, global })
    const input = capture.get('input')
    Object.defineProperty(input.element, 'files', { value: [new File([content], name, { type })] })
    await input.trigger('change')
    return [capture.emitted('file')?.length ?? 0, toasts.value.map((one) => one.text)]
  }

  it('may be a photograph as phones make them, also where the system does not know that kind', async () => {
    expect(await brought('a.heic', 'image/heic')).toEqual([1, []])
    expect(await brought('A.HEIC', '')).toEqual([1, []])
  })
  it('is refused with its reason when it is empty or something else', async () => {
    expect(await brought('a.jpg', 'image/jpeg', '')).toEqual([0, ['文件是空的，请重新选择']])
    toasts.value.forEach((one) => dismissToast(one.id))
    expect((await brought('a.exe', 'application/x-msdownload'))[0]).toBe(0)
  })
})

describe('an applicant typed by hand', () => {
  it('is not taken over before phone and number can be one, and the field says so', async () => {
    const panel = mount(HandPanel, { props: { name: '李四' }, global })
    await panel.get('#hand-phone').setValue('电话😀')
    await panel.get('form').trigger('submit')
    expect([panel.emitted('done'), panel.get('#hand-phone-error').text()]).toEqual([undefined, '格式不对'])
    await panel.get('#hand-phone').setValue(' 13900001111 ')
    await panel.get('form').trigger('submit')
    expect(panel.emitted('done')).toEqual([[{ name: '李四', phone: '13900001111' }]])
  })
})
