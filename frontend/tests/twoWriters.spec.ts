/** Two people change one record: what the other wrote arrives, what I typed stays, and where both wrote I choose. */
import { VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref, type Component } from 'vue'
import { ApiProblem } from '@/api/problem'
import { queries } from '@/api/queries'
import { i18n } from '@/i18n'
import { adminApi, type Account, type Client } from '@/modules/admin/api'
import AccountPanel from '@/modules/admin/components/AccountPanel.vue'
import ClientPanel from '@/modules/admin/components/ClientPanel.vue'
import { disclosureApi, type Disclosure } from '@/modules/disclosures/api'
import ContentForm from '@/modules/disclosures/components/ContentForm.vue'
import { flagsApi, type FlagRule } from '@/modules/flags/api'
import RuleForm from '@/modules/flags/components/RuleForm.vue'
import { draftApi, type Content, type Draft } from '@/modules/matters/api'
import { useDraft, type DraftInHand } from '@/modules/matters/useDraft'
import { usePartWords } from '@/modules/matters/usePartWords'
import { useAct } from '@/shared/composables/useAct'
import { pendingHarm } from '@/shared/composables/useConfirm'
import { useStanding } from '@/shared/composables/useStanding'
import { useSession } from '@/stores/session'
import { createPinia, setActivePinia } from 'pinia'

const stale = (): Promise<never> => Promise.reject(new ApiProblem(412, { code: 'stale_version', detail: '刚刚有人改过' }))
/** The server's side of a record: writes over an older version are refused. */
function kept<R extends { version: number }>(record: R): { now: R; sent: { version: number; body: unknown }[]; other: (facts: Partial<R>) => void; write: (was: { version: number }, facts: Partial<R>, body?: unknown) => Promise<R> } {
  const store = {
    now: record,
    sent: [] as { version: number; body: unknown }[],
    other: (facts: Partial<R>): void => void (store.now = { ...store.now, ...facts, version: store.now.version + 1 }),
    write: async (was: { version: number }, facts: Partial<R>, body: unknown = facts): Promise<R> => {
      if (was.version !== store.now.version) return stale()
      store.sent.push({ version: was.version, body })
      store.other(facts)
      return store.now
    },
  }
  return store
}
const shown = (component: Component, props: object): VueWrapper => mount(component, { props, global: { plugins: [i18n, [VueQueryPlugin, { queryClient: queries }]], stubs: { SlidePanel: { template: '<div><slot /><slot name="foot" /></div>' }, RouterLink: true } } })
const valueOf = (page: VueWrapper, at: string): string => (page.get(at).element as HTMLInputElement).value
const changes = (page: VueWrapper): string[] => page.findAll('.change').map((one) => one.text())
async function choose(page: VueWrapper, nth: 0 | 1): Promise<void> {
  await page.get('.change').findAll('button')[nth]!.trigger('click')
}

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => {
  vi.restoreAllMocks()
  queries.clear()
})

describe('a disclosure that two clerks write', () => {
  const table = (...rows: string[][]) => ({ caption: '', columns: [{ name: '姓名', kind: 'person' as const }, { name: '金额', kind: 'money' as const }], rows })
  const begun = () => kept({ id: 'd', title: '收支', body: '', tables: [table(['张三', '1'])], steps: ['edit', 'submit'], state: 'draft', version: 1 } as unknown as Disclosure)

  it('takes the other’s title, keeps my rows, lets me choose between two tables and is saved', async () => {
    const draft = begun()
    vi.spyOn(disclosureApi, 'one').mockImplementation(async () => draft.now)
    vi.spyOn(disclosureApi, 'edit').mockImplementation((was, { title, body, tables }) => draft.write(was, { title, body, tables }))
    const page = shown(ContentForm, { one: draft.now, item: undefined })
    await page.findAll('td input')[1]!.setValue('2')
    draft.other({ title: '第四季度收支', tables: [table(['张三', '9'])] })
    await page.get('form').trigger('submit')
    await vi.waitFor(() => expect(page.findAll('.change')).toHaveLength(2))
    expect([valueOf(page, '#d-title'), (page.findAll('td input')[1]!.element as HTMLInputElement).value]).toEqual(['第四季度收支', '2'])
    expect(page.get('.theirs').text()).toContain('9.00')
    expect(page.get('button[type=submit]').attributes('disabled')).toBeDefined()
    await page.findAll('.change').find((one) => one.find('button').exists())!.get('button').trigger('click')
    await page.get('form').trigger('submit')
    await vi.waitFor(() => expect(draft.sent).toEqual([{ version: 2, body: { title: '第四季度收支', body: '', tables: [table(['张三', '2'])] } }]))
    expect(page.emitted('dirty')!.at(-1)).toEqual([false])
  })
  it('keeps what I typed on the screen when the other hands it on, until I drop it', async () => {
    const draft = begun()
    const page = shown(ContentForm, { one: draft.now, item: undefined })
    await page.get('#d-body').setValue('没有保存的话')
    draft.other({ steps: [], state: 'submitted' })
    await page.setProps({ one: draft.now })
    expect([valueOf(page, '#d-body'), page.find('button[type=submit]').exists(), page.emitted('dirty')!.at(-1)]).toEqual(['没有保存的话', false, [true]])
    await page.get('.note button').trigger('click')
    expect(page.emitted('dirty')!.at(-1)).toEqual([false])
  })
})

describe('thresholds that two administrators change', () => {
  it('takes the other’s value, keeps mine, lets me choose and is kept', async () => {
    const rule = kept({ id: 'r', title: { zh: '一', en: 'a' }, on: true, thresholds: { ratings: 2, days_off: false, steps: 1 }, shipped: {}, version: 1 } as unknown as FlagRule)
    vi.spyOn(flagsApi, 'rules').mockImplementation(async () => ({ items: [rule.now] }))
    vi.spyOn(flagsApi, 'change').mockImplementation((was, on, thresholds) => rule.write(was, { on, thresholds }, thresholds))
    vi.spyOn(useSession(), 'is').mockReturnValue(true)
    const page = shown(RuleForm, { rule: rule.now })
    const keep = async (): Promise<void> => {
      await page.get('button.primary').trigger('click')
      await vi.waitFor(() => expect(pendingHarm.value).not.toBeNull())
      pendingHarm.value!.settle('')
      await flushPromises()
    }
    await page.get('#r-ratings').setValue('3')
    rule.other({ thresholds: { ratings: 5, days_off: true, steps: 1 } } as never)
    await keep()
    await vi.waitFor(() => expect(changes(page)).toHaveLength(2))
    expect([valueOf(page, '#r-ratings'), (page.get('input[type=checkbox]').element as HTMLInputElement).checked]).toEqual(['3', true])
    expect(page.get('button.primary').attributes('disabled')).toBeDefined()
    await choose(page, 0)
    await keep()
    await vi.waitFor(() => expect(rule.sent).toEqual([{ version: 2, body: { ratings: 3, days_off: true, steps: 1 } }]))
  })
})

describe('an account that two administrators rename', () => {
  it('keeps the name I typed, shows the other’s, and is renamed once I chose', async () => {
    const account = kept({ id: 'a', name: '王敏', username: 'clerk.1', tenant: '*', state: 'active', posts: [], proposals: [], version: 1 } as unknown as Account)
    vi.spyOn(adminApi, 'account').mockImplementation(async () => account.now)
    vi.spyOn(adminApi, 'changeAccount').mockImplementation((was, body) => account.write(was, body))
    const page = shown(AccountPanel, { id: 'a' })
    await vi.waitFor(() => page.get('dd button'))
    await page.findAll('dd button').at(-1)!.trigger('click')
    await page.get('form input').setValue('王小敏')
    account.other({ name: '王大敏' })
    await page.get('form').trigger('submit')
    await vi.waitFor(() => expect(changes(page)).toEqual([expect.stringContaining('王大敏')]))
    expect(valueOf(page, 'form input')).toBe('王小敏')
    await choose(page, 0)
    await page.get('form').trigger('submit')
    await vi.waitFor(() => expect(account.sent).toEqual([{ version: 2, body: { name: '王小敏' } }]))
    await vi.waitFor(() => expect(page.find('form').exists()).toBe(false))
  })
})

describe('a partner’s system that two administrators change', () => {
  it('takes the other’s scopes, keeps my name, and the other’s name where I say so', async () => {
    const client = kept({ id: 'c', client_id: 'demo', name: '省平台', divisions: ['4212'], scopes: ['cases.read'], tenant: '421202', state: 'active', version: 1 } as unknown as Client)
    vi.spyOn(adminApi, 'client').mockImplementation(async () => client.now)
    vi.spyOn(adminApi, 'changeClient').mockImplementation((was, body) => client.write(was, body))
    const page = shown(ClientPanel, { client: client.now })
    await flushPromises()
    await page.get('#cl-name').setValue('省里的平台')
    client.other({ name: '省级平台', scopes: ['cases.read', 'matters.read'] })
    await page.get('form').trigger('submit')
    await vi.waitFor(() => expect(changes(page)).toHaveLength(2))
    expect([valueOf(page, '#cl-name'), valueOf(page, '#cl-scopes')]).toEqual(['省里的平台', 'cases.read、matters.read'])
    await choose(page, 1)
    expect(valueOf(page, '#cl-name')).toBe('省级平台')
    await page.get('#cl-divisions').setValue('4212、5116')
    await page.get('form').trigger('submit')
    await vi.waitFor(() => expect(client.sent).toEqual([{ version: 2, body: { name: '省级平台', divisions: ['4212', '5116'], scopes: ['cases.read', 'matters.read'] } }]))
    expect(changes(page)).toEqual([])
  })
})

describe('a draft of a matter that two officers write', () => {
  const content = { name: '高龄津贴', conditions: '80周岁以上', form_schema: { type: 'object', properties: { a: { title: '姓名', type: 'string' } }, required: [] }, form_order: ['a'], steps: [{ key: 'check', name: '核查' }, { key: 'decide', name: '决定' }], materials: [], legal_basis: [] } as unknown as Content
  async function opened(): Promise<{ server: ReturnType<typeof kept<Draft>>; draft: DraftInHand }> {
    const server = kept({ id: 'm', content, note: '', state: 'draft', editable: true, authors: [], version: 1 } as unknown as Draft)
    vi.spyOn(draftApi, 'read').mockImplementation(async () => server.now)
    vi.spyOn(draftApi, 'save').mockImplementation((_, version, content, note) => server.write({ version }, { content, note }))
    const draft = effectScope().run(() => useDraft(() => 'm'))!
    await draft.load()
    return { server, draft }
  }

  it('is stored by itself where each wrote another part, and undoing takes back mine only', async () => {
    const { server, draft } = await opened()
    draft.change({ conditions: '90周岁以上' })
    server.other({ content: { ...content, name: '高龄津贴发放' } })
    expect(await draft.store()).toBe(true)
    expect([server.now.content.name, server.now.content.conditions, server.sent.length, draft.saving.value]).toEqual(['高龄津贴发放', '90周岁以上', 1, 'saved'])
    draft.history.undo()
    expect(await draft.store()).toBe(true)
    expect([server.now.content.name, server.now.content.conditions]).toEqual(['高龄津贴发放', '80周岁以上'])
  })
  const renamed = (name: string): Content['steps'] => content.steps.map((one) => (one.key === 'decide' ? { ...one, name } : one))
  it('waits where both changed one step, and is stored with the one I chose', async () => {
    const { server, draft } = await opened()
    draft.change({ steps: renamed('审批') })
    server.other({ content: { ...content, steps: renamed('审定') } })
    expect([await draft.store(), draft.saving.value, draft.settled.value]).toEqual([false, 'outdated', false])
    expect(draft.history.value.value.steps).toEqual(renamed('审批'))
    draft.settle('steps', true)
    expect(await draft.store()).toBe(true)
    expect([server.now.content.steps, server.sent.at(-1)?.version, draft.saving.value]).toEqual([renamed('审批'), 2, 'saved'])
  })
  it('has nothing left to store where I take the other’s step', async () => {
    const { server, draft } = await opened()
    draft.change({ steps: renamed('审批') })
    server.other({ content: { ...content, steps: renamed('审定') } })
    await draft.store()
    draft.settle('steps', false)
    await nextTick()
    expect([draft.history.value.value.steps, draft.saving.value, server.sent]).toEqual([renamed('审定'), 'saved', []])
  })
  it('brings together the fields of two, and no step back takes the other’s away', async () => {
    const { server, draft } = await opened()
    draft.change({ form_schema: { ...content.form_schema, required: ['a'] } })
    const b = { title: '电话', type: 'string' as const }
    server.other({ content: { ...content, form_schema: { ...content.form_schema, properties: { ...content.form_schema.properties, b } }, form_order: ['a', 'b'] } })
    expect(await draft.store()).toBe(true)
    const both = { form_order: ['a', 'b'], form_schema: { type: 'object', properties: { a: { title: '姓名', type: 'string' }, b }, required: ['a'] } }
    expect([server.now.content, draft.history.canUndo.value]).toEqual([expect.objectContaining(both), false])
  })
  it('keeps what I typed when the other submits it for review', async () => {
    const { server, draft } = await opened()
    draft.change({ name: '我的名称' })
    server.other({ state: 'review', editable: false } as Partial<Draft>)
    expect([await draft.store(), draft.history.value.value.name, draft.typed.value, draft.draft.value?.editable]).toEqual([false, '我的名称', true, false])
  })
  it('names the items that are not the same on both sides', () => {
    const words = ref<ReturnType<typeof usePartWords>>()
    shown({ setup: () => void (words.value = usePartWords()), template: '<i />' }, {})
    expect(words.value!.apart('steps', [{ key: 'a', name: '核查', role: 'clerk' }, { key: 'b', name: '决定' }], [{ key: 'a', name: '核查', role: 'auditor' }, { key: 'b', name: '决定' }, { key: 'c', name: '发放' }])).toBe('核查、发放')
    expect(words.value!.label('form')).toBe('表单')
  })
})

describe('a command on a record that somebody else moved', () => {
  it('shows the record as it is now and says who moved it where', async () => {
    const record = ref({ state: '待审核', by: '' })
    const page = shown({
      setup() {
        useStanding(() => record.value)
        const { problem: told, act } = useAct(true)
        return { problem: told, run: () => act(stale, '') }
      },
      template: '<button @click="run">{{ problem }}</button>',
    }, {})
    record.value = { state: '审核通过', by: '李明' }
    await page.get('button').trigger('click')
    await vi.waitFor(() => expect(page.text()).toMatch(/审核通过.*李明/))
    page.unmount()
  })
})
