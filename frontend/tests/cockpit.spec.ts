import { VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createPinia, setActivePinia } from 'pinia'
import { ref } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { queries } from '@/api/queries'
import { i18n } from '@/i18n'
import { cockpitApi, type Cockpit } from '@/modules/cockpit/api'
import CockpitPage from '@/modules/cockpit/pages/CockpitPage.vue'

vi.mock('@/modules/cockpit/api')
vi.mock('@/shared/composables/useDivisionNames', () => ({ useDivisionNames: () => ref({}) }))
vi.mock('@/stores/session', () => ({ useSession: () => ({ division: '421202', is: () => true }) }))

const TOWNSHIP = '421202104'
const COUNTS = ['accepted', 'not_accepted', 'decided', 'on_time', 'rated', 'satisfied', 'levels', 'whistles', 'whistles_closed', 'response_met', 'response_missed', 'solution_met', 'solution_missed', 'disclosures', 'solved', 'in_work', 'running', 'paused', 'overdue', 'due_soon', 'whistles_open', 'villages', 'duties_done', 'duties_late', 'duties_due', 'duties_missing', 'deliberations', 'deliberations_open', 'meetings', 'group_meetings', 'committee_meetings', 'inquiries_open', 'flags_open']
function told(decided: number): Cockpit {
  const figures = { ...Object.fromEntries(COUNTS.map((key) => [key, 0])), decided } as Cockpit['figures']
  const place = { name: '汀泗桥镇', people: null, figures }
  return { ...place, division: '421202', first: '2026-01-01', last: '2026-12-31', as_of: '2026-11-22T08:00:00Z', registry: true, before: { read: 0, complete: true }, months: [], below: [{ ...place, division: TOWNSHIP }] }
}
let page: VueWrapper | undefined

async function opened(at: string): Promise<VueWrapper> {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:path(.*)*', component: CockpitPage }] })
  await router.push(at)
  page = mount(CockpitPage, { global: { plugins: [router, i18n, [VueQueryPlugin, { queryClient: queries }]] } })
  await vi.advanceTimersByTimeAsync(10)
  await flushPromises()
  return page
}
const decided = (): string => page!.find('.board').text().match(/办结\s*(\d+)/)?.[1] ?? ''

const lies = (division: string, name: string, longitude: number): Awaited<ReturnType<typeof cockpitApi.centres>>['below'][number] => ({ division, name, longitude, latitude: 30, source: 'stated' })

describe('an open cockpit', () => {
  beforeEach(() => {
    setActivePinia(createPinia())
    vi.mocked(cockpitApi.centres).mockResolvedValue({ division: '421202', own: null, below: [lies(TOWNSHIP, '贺胜桥镇', 114.4), lies('421202107', '桂花镇', 114.5)] })
  })
  afterEach(() => {
    page?.unmount()
    queries.clear()
    vi.useRealTimers()
  })
  it('shows what happened meanwhile without being loaded again', async () => {
    vi.useFakeTimers()
    vi.mocked(cockpitApi.read).mockResolvedValueOnce(told(4)).mockResolvedValue(told(5))
    await opened('/cockpit')
    expect(decided()).toBe('4')
    await vi.advanceTimersByTimeAsync(15_100)
    expect(decided()).toBe('5')
  })
  it('draws every place below, those without figures too, and the table beside it says the same', async () => {
    vi.useFakeTimers()
    vi.mocked(cockpitApi.read).mockResolvedValue(told(4))
    await opened('/cockpit?measure=decided')
    expect(page!.findAll('.land svg a').map((one) => one.attributes('aria-label'))).toEqual(['汀泗桥镇 4，办结', '桂花镇 暂无，办结'])
    expect(page!.findAll('.frame tbody tr').slice(0, 2).map((one) => one.text())).toEqual(['汀泗桥镇4', '桂花镇—'])
  })
  it('stands without its map while nobody says where places lie', async () => {
    vi.useFakeTimers()
    vi.mocked(cockpitApi.read).mockResolvedValue(told(4))
    vi.mocked(cockpitApi.centres).mockRejectedValue(new Error('away'))
    await opened('/cockpit')
    await vi.advanceTimersByTimeAsync(3000)
    await flushPromises()
    expect(page!.find('.land').exists()).toBe(false)
    expect(page!.text()).toContain('暂时取不到各地的位置')
    expect(decided()).toBe('4')
  })
  it('leads to lists of the area that was chosen', async () => {
    vi.useFakeTimers()
    vi.mocked(cockpitApi.read).mockResolvedValue({ ...told(1), division: TOWNSHIP })
    await opened(`/cockpit?division=${TOWNSHIP}`)
    const ways = page!.findAll('a.records').map((one) => one.attributes('href')!)
    expect(ways.filter((one) => new URLSearchParams(one.split('?')[1]).get('division') !== TOWNSHIP)).toEqual([])
    expect(ways.map((one) => one.split('?')[0])).toEqual(expect.arrayContaining(['/inquiries', '/inquiries/meetings', '/evaluations', '/deliberations', '/cases']))
  })
})
