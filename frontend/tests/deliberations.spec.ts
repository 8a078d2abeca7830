import { VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount, RouterLinkStub } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { queries } from '@/api/queries'
import { i18n } from '@/i18n'
import type { Deliberation, Step } from '@/modules/deliberations/api'
import PublishForm from '@/modules/deliberations/components/PublishForm.vue'
import StepGuide from '@/modules/deliberations/components/StepGuide.vue'
import { disclosureApi, type Brief, type Catalogue } from '@/modules/disclosures/api'

vi.mock('@/modules/disclosures/api')
const post = vi.hoisted(() => ({ role: 'village_official' }))
vi.mock('@/stores/session', () => ({ useSession: () => ({ is: (...roles: string[]) => roles.includes(post.role) }) }))

const CATEGORIES = ['party', 'finance']
const NAMES: Record<string, string> = { party: '党务', finance: '财务' }
const plugins = { plugins: [i18n, [VueQueryPlugin, { queryClient: queries }]] as [typeof i18n, [typeof VueQueryPlugin, object]], stubs: { RouterLink: RouterLinkStub } }

function standing(step: Partial<Step>, phase = 'due', commands = ['publish']): { one: Deliberation; step: Step } {
  const full = { position: 0, code: 'x', kind: 'publication', name: { zh: '公开', en: '' }, evaluates: false, categories: CATEGORIES, publicity: '7 日', publicity_en: '', disclosures: [], shown_until: '2026-11-30', called_for: '2026-11-23T11:30:00Z', place: '村部', execution: null, done_at: null, ...step } as unknown as Step
  return { one: { id: 'd', division: '421202104221', created_at: '2026-11-01T00:00:00Z', phase, position: 0, commands, steps: [full, { name: { zh: '组织实施', en: '' } }] } as unknown as Deliberation, step: full }
}
const begun = (category: string, state: string): Step['disclosures'][number] => ({ id: `${category} ${state}`, category, title: `${NAMES[category]}公开`, state }) as Step['disclosures'][number]
async function form(disclosures: Step['disclosures'], commands?: string[]): Promise<ReturnType<typeof mount>> {
  const shown = mount(PublishForm, { props: standing({ disclosures }, 'due', commands), global: plugins })
  await flushPromises()
  return shown
}

beforeEach(() => {
  queries.clear()
  post.role = 'village_official'
  vi.mocked(disclosureApi.catalogue).mockResolvedValue({ categories: CATEGORIES.map((code) => ({ code, name: { zh: NAMES[code]!, en: '' } })), items: CATEGORIES.map((category) => ({ code: category, category })) } as unknown as Catalogue)
  vi.mocked(disclosureApi.list).mockResolvedValue({ items: [] as Brief[], next_cursor: null })
})

describe('the step that is due now', () => {
  const WAYS: [Partial<Step>, string, string][] = [
    [{ kind: 'plain' }, 'due', '同意即进入“组织实施”'], [{ kind: 'plain', evaluates: true }, 'due', '两种结果都进入“组织实施”'],
    [{ kind: 'vote' }, 'due', '先锁定名册'], [{ kind: 'vote' }, 'enrolled', '通知到人'], [{ kind: 'vote' }, 'called', '会议定于'], [{ kind: 'vote' }, 'sitting', '先登记到会，再登记意见'], [{ kind: 'vote', ballot: 'secret' }, 'sitting', '登记领票'],
    [{}, 'due', '按下面 2 个类别各公开一件'], [{}, 'shown', '公示到 2026-11-30'],
    [{ kind: 'execution' }, 'due', '先定谁负责'], [{ kind: 'execution' }, 'under_way', '一项一项完成'], [{ kind: 'execution' }, 'complete', '等待验收意见'],
  ]
  it.each(WAYS)('says what is to be done, %# of its ways', (step, phase, words) => {
    expect(mount(StepGuide, { props: { ...standing(step, phase), gone: false }, global: plugins }).text()).toContain(words)
  })
  it('tells whoever only looks on whose turn it is', () => {
    post.role = 'auditor'
    const shown = (step: Partial<Step>): string => mount(StepGuide, { props: { ...standing(step), gone: false }, global: plugins }).text()
    expect(shown({ kind: 'plain' })).toContain('由两委干部或综合窗口办理')
    expect(shown({})).toContain('由两委干部办理')
  })
  it('says that what was shown is withdrawn', () => {
    expect(mount(StepGuide, { props: { ...standing({}, 'shown'), gone: true }, global: plugins }).text()).toContain('公示的内容已被撤回')
  })
})

describe('what publishes a step', () => {
  it('is named as missing until it is published under every category', async () => {
    const shown = await form([begun('party', 'published'), begun('finance', 'submitted')])
    expect(shown.text()).toContain('还不能开始公示，还差：财务')
    expect((shown.get('#s-party').element as HTMLSelectElement).value).toBe('party published')
    expect(shown.get('button[type=submit]').attributes('disabled')).toBeDefined()
  })
  it('is chosen by itself once it is published, and then the days can begin', async () => {
    const shown = await form([begun('party', 'published'), begun('finance', 'published')])
    expect(shown.get('button[type=submit]').attributes('disabled')).toBeUndefined()
  })
  it('can be written anew after it was withdrawn', async () => {
    const shown = await form([begun('party', 'published'), begun('finance', 'withdrawn')])
    expect(shown.findAll('button').map((one) => one.attributes('aria-label'))).toContain('起草 财务')
  })
  it('is read by the committee, which begins no days', async () => {
    post.role = 'supervisor'
    const shown = await form([begun('party', 'submitted')], [])
    expect(shown.findAll('button')).toHaveLength(0)
    expect(shown.text()).toContain('待审核')
  })
})
