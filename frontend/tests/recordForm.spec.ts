import { VueQueryPlugin } from '@tanstack/vue-query'
import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { ApiProblem } from '@/api/problem'
import { queries } from '@/api/queries'
import { i18n } from '@/i18n'
import { changeGrid, readGrid } from '@/modules/people/placesApi'
import GridPanel from '@/modules/people/components/GridPanel.vue'
import { useRecordForm } from '@/shared/composables/useRecordForm'

vi.mock('@/modules/people/placesApi')

interface House {
  address: string
  kind: string
  phone: string
  version: number
}
const house = (facts: Partial<House> = {}): House => ({ address: '1号', kind: 'rented', phone: '1', version: 1, ...facts })
const stale = new ApiProblem(412, { code: 'stale_version', detail: '刚刚有人改过' })

function formOver(now: House): ReturnType<typeof useRecordForm<House, { address: string; kind: string; phone: string }>> {
  const used = useRecordForm({ address: '', kind: '', phone: '' }, (one: House) => ({ address: one.address, kind: one.kind, phone: '' }), async () => now, { seen: (one) => ({ phone: one.phone }) })
  used.take(house())
  return used
}
async function refused(used: ReturnType<typeof formOver>): Promise<void> {
  await used.over(async () => Promise.reject(stale)).catch(() => undefined)
}

describe('a form over a record that two people change', () => {
  it('keeps what was typed, says what the other wrote, and sends over the newest version once that is settled', async () => {
    const used = formOver(house({ address: '3号', version: 2 }))
    used.form.address = '2号'
    await refused(used)
    expect([used.form.address, used.meanwhile.value, used.settled.value]).toEqual(['2号', [{ name: 'address', theirs: '3号', typed: true, together: false }], false])
    used.settle('address', true)
    expect([used.settled.value, await used.over(async (was) => [was.version, used.form.address])]).toEqual([true, [2, '2号']])
  })
  it('takes over what the other wrote when the clerk says so', async () => {
    const used = formOver(house({ address: '3号', version: 2 }))
    used.form.address = '2号'
    await refused(used)
    used.settle('address', false)
    expect([used.form.address, used.meanwhile.value]).toEqual(['3号', []])
  })
  it('lets fields that were not typed in follow the other, and says so', async () => {
    const used = formOver(house({ kind: 'empty', version: 2 }))
    used.form.address = '2号'
    await refused(used)
    expect([used.form, used.settled.value, used.meanwhile.value]).toEqual([{ address: '2号', kind: 'empty', phone: '' }, true, [{ name: 'kind', theirs: 'empty', typed: false, together: false }]])
  })
  it('sees that a number which the form never holds was changed by both', async () => {
    const used = formOver(house({ phone: '2', version: 2 }))
    used.form.phone = '3'
    await refused(used)
    expect([used.form.phone, used.meanwhile.value]).toEqual(['3', [{ name: 'phone', theirs: '2', typed: true, together: false }]])
    used.settle('phone', false)
    expect(used.form.phone).toBe('')
  })
  it('takes what comes after its own saving for its own, and keeps what was typed since', async () => {
    const now = house({ address: '2号', version: 2 })
    const used = formOver(now)
    used.form.address = '2号'
    await used.over(async () => {
      used.form.kind = 'empty'
    })
    used.take(now)
    expect([used.form.address, used.form.kind, used.typed.value, used.meanwhile.value]).toEqual(['2号', 'empty', true, []])
  })
  it('asks nothing where both wrote the same', async () => {
    const used = formOver(house({ address: '2号', version: 2 }))
    used.form.address = '2号'
    await refused(used)
    expect([used.form.address, used.settled.value]).toEqual(['2号', true])
  })
})

describe('a grid that a colleague renames while it is edited', () => {
  it('is saved over the newest version after the clerk chose', async () => {
    const grid = { id: 'g', division: '421202104221', code: 'W1', name: '一网格', closed_on: null, version: 1, division_name: '花坪村', people: [], dwellings: 0, households: 0, residents: 0 }
    const sent: { version: number; body: unknown }[] = []
    vi.mocked(readGrid).mockImplementation(async () => ({ ...grid }))
    vi.mocked(changeGrid).mockImplementation(async (was, body) => {
      sent.push({ version: was.version, body })
      if (was.version !== grid.version) throw stale
    })
    const panel = mount(GridPanel, { props: { id: 'g', division: grid.division, mayWrite: true }, global: { plugins: [i18n, [VueQueryPlugin, { queryClient: queries }]], stubs: { SlidePanel: { template: '<div><slot /></div>' }, RouterLink: true, GridPeople: true, PlaceOn: true, RecordHistory: true } } })
    await vi.waitFor(() => panel.get('#gr-name'))
    await panel.get('#gr-name').setValue('东网格')
    Object.assign(grid, { name: '西网格', code: 'W9', version: 2 })
    await panel.get('form').trigger('submit')
    await vi.waitFor(() => panel.get('.change'))
    expect((panel.get('#gr-name').element as HTMLInputElement).value).toBe('东网格')
    expect(panel.findAll('.change').map((one) => one.text())).toEqual([expect.stringContaining('西网格'), expect.stringContaining('W9')])
    expect(panel.get('button[type=submit]').attributes('disabled')).toBeDefined()
    await panel.get('.change button').trigger('click')
    await panel.get('form').trigger('submit')
    await vi.waitFor(() => expect(sent).toHaveLength(2))
    expect(sent.at(-1)).toEqual({ version: 2, body: expect.objectContaining({ name: '东网格', code: 'W9' }) })
  })
})
