import { VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ref } from 'vue'
import { queries } from '@/api/queries'
import { i18n } from '@/i18n'
import { sealApi, type Candidates } from '@/modules/seals/api'
import FoundPanel from '@/modules/seals/components/FoundPanel.vue'

vi.mock('@/modules/seals/api')
vi.mock('@/modules/places/useVillage', () => ({ useVillage: () => ({ village: ref('421202104221'), villages: ref([]) }) }))
vi.mock('@/shared/components/SlidePanel.vue', () => ({ default: { template: '<div><slot /><slot name="foot" /></div>' } }))

const PEOPLE = ['甲', '乙'].map((name) => ({ id: name, name, title: '保管人' }))
const CODE = '4212020001234'

async function panel(statutory: boolean): Promise<ReturnType<typeof mount>> {
  vi.mocked(sealApi.candidates).mockResolvedValue({ pieces: 2, methods: ['signatures', 'envelope'], statutory, items: PEOPLE } satisfies Candidates)
  const shown = mount(FoundPanel, { global: { plugins: [i18n, [VueQueryPlugin, { queryClient: queries }]] } })
  await flushPromises()
  return shown
}
async function proposed(shown: Awaited<ReturnType<typeof panel>>): Promise<unknown> {
  await shown.get('#seal-name').setValue('公章')
  await shown.get('#seal-resolution').setValue('决议〔2026〕第1号')
  for (const [n, one] of PEOPLE.entries()) await shown.get(`#seal-holder-${n + 1}`).setValue(one.id)
  await shown.get('form').trigger('submit')
  await flushPromises()
  return vi.mocked(sealApi.found).mock.lastCall?.[0].statutory_code
}

describe('a new seal', () => {
  beforeEach(() => queries.clear())

  it('has no code of a statutory seal where no provider is connected', async () => {
    const shown = await panel(false)
    expect(shown.find('#seal-code').exists()).toBe(false)
    expect(await proposed(shown)).toBeNull()
  })
  it('is proposed with the code that its provider knows it by', async () => {
    const shown = await panel(true)
    await shown.get('#seal-code').setValue(` ${CODE} `)
    expect(await proposed(shown)).toBe(CODE)
  })
  it('is the platform’s own while the code is empty, and a seal of rubber has none', async () => {
    const shown = await panel(true)
    expect(await proposed(shown)).toBeNull()
    await shown.get('#seal-code').setValue(CODE)
    await shown.get('#seal-method').setValue('envelope')
    expect(shown.find('#seal-code').exists()).toBe(false)
    expect(await proposed(shown)).toBeNull()
  })
})
