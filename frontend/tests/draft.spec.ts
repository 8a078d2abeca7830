import { flushPromises } from '@vue/test-utils'
import { effectScope } from 'vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiProblem } from '@/api/problem'
import type { KeptDraft } from '@/shared/lib/keptDrafts'

const desk = vi.hoisted(() => ({ version: 1, form: {} as Record<string, unknown>, edits: [] as unknown[], kept: [] as { caseId: string }[], reachable: true, silent: false, refusal: null as unknown, keys: new Set<string>(), orders: [] as unknown[] }))
const gone = (): Promise<never> => Promise.reject(new ApiProblem(0, { code: 'network.offline' }))
vi.mock('@/modules/cases/api', () => ({
  readCase: () => Promise.resolve({ data: whole() }),
  openCase: (order: unknown, key: string) => {
    if (!desk.reachable) return gone()
    desk.orders.push(order)
    if (desk.refusal) return Promise.reject(desk.refusal)
    desk.keys.add(key)
    return desk.silent ? gone() : Promise.resolve(whole())
  },
  editCase: (_: string, version: number, change: { form: Record<string, unknown> }) => {
    if (!desk.reachable) return gone()
    if (version !== desk.version) return Promise.reject(new ApiProblem(412, { code: 'stale', detail: '' }))
    desk.edits.push(change.form)
    desk.form = { ...desk.form, ...change.form }
    desk.version += 1
    return Promise.resolve(whole())
  },
}))
vi.mock('@/shared/lib/keptDrafts', () => ({
  keepDraft: (_: string, draft: { caseId: string }) => Promise.resolve(void (desk.kept = [JSON.parse(JSON.stringify(draft)) as { caseId: string }, ...desk.kept.filter((one) => one.caseId !== draft.caseId)])),
  keptDrafts: () => Promise.resolve(desk.kept),
  dropDraft: (id: string) => Promise.resolve(void (desk.kept = desk.kept.filter((one) => one.caseId !== id))),
}))
vi.mock('@/modules/matters/atHand', () => ({
  matterAtHand: (id: string) => (id === 'm' ? { id, name: '高龄津贴', version: 1, department: '', form_schema: { type: 'object', properties: { note: { type: 'string' } } }, form_order: ['note'], materials: [{ id: 'card', name: '身份证', required: true }] } : undefined),
}))
const { useDraft } = await import('@/modules/workbench/useDraft')
const { blankCase, fromRegistry } = await import('@/modules/workbench/unopened')

const whole = (): Record<string, unknown> => ({ id: 'c', version: desk.version, form: { ...desk.form }, form_schema: { type: 'object', properties: {} }, materials: [], masked: [], state: 'draft' })

/** Another clerk's change, behind this screen's back. */
function colleague(change: Record<string, unknown>): void {
  desk.form = { ...desk.form, ...change }
  desk.version += 1
}
function fresh(): void {
  Object.assign(desk, { version: 1, form: { name: '张桂兰', phone: '1' }, edits: [], kept: [], reachable: true, silent: false, refusal: null, keys: new Set<string>(), orders: [] })
}
async function opened() {
  const draft = effectScope().run(() => useDraft(() => undefined, () => 'me'))!
  await draft.resume('c')
  return draft
}

describe('a draft that two clerks write', () => {
  beforeEach(fresh)

  it('keeps both when they wrote different fields', async () => {
    const draft = await opened()
    draft.change({ ...draft.values.value, phone: '2' })
    colleague({ name: '张桂花' })
    await draft.save()
    expect(desk.form).toEqual({ name: '张桂花', phone: '2' })
    expect(draft.conflicts.value).toEqual([])
  })

  it('leaves a colleague’s words and offers its own where both wrote the same field', async () => {
    const draft = await opened()
    draft.change({ ...draft.values.value, phone: '2' })
    colleague({ phone: '3' })
    await draft.save()
    expect(desk.form.phone).toBe('3')
    expect(draft.values.value.phone).toBe('3')
    expect(draft.conflicts.value).toEqual([{ name: 'phone', mine: '2' }])
    draft.settle(draft.conflicts.value[0]!, true)
    await draft.save()
    expect([desk.form.phone, draft.conflicts.value]).toEqual(['2', []])
  })

  it('does not take its own earlier words for a colleague’s', async () => {
    const draft = await opened()
    for (const phone of ['2', '4']) {
      draft.change({ ...draft.values.value, phone })
      if (phone === '4') colleague({ name: '张桂花' })
      await draft.save()
    }
    expect([desk.form, draft.conflicts.value]).toEqual([{ name: '张桂花', phone: '4' }, []])
  })

  it('brings what was typed before a power cut together with what came meanwhile', async () => {
    const typed: KeptDraft = { caseId: 'c', pending: { phone: '2', note: '急' }, given: {}, base: { phone: '1', note: null } }
    desk.kept = [typed]
    colleague({ phone: '3' })
    const draft = await opened()
    expect(draft.conflicts.value).toEqual([{ name: 'phone', mine: '2' }])
    await draft.save()
    await flushPromises()
    expect(desk.form).toEqual({ name: '张桂兰', phone: '3', note: '急' })
    expect((desk.kept[0] as KeptDraft).pending, 'the second copy still offers it').toEqual({ phone: '2' })
  })
})

describe('a case that is begun while the desk cannot be reached', () => {
  beforeEach(fresh)
  const begun = async (matter = 'm') => {
    desk.reachable = false
    const draft = effectScope().run(() => useDraft(() => undefined, () => 'me'))!
    await draft.open({ matter_id: matter, applicant: { name: '李四' } }, '李四')
    return draft
  }
  const kept = (): KeptDraft[] => desk.kept as unknown as KeptDraft[]

  it('shows the form of the matter and keeps what is typed', async () => {
    const draft = await begun()
    draft.change({ note: '急' })
    expect(draft.local.value).toBe(true)
    expect([draft.item.value?.applicant_name, draft.gaps.value.materials]).toEqual(['李四', ['card']])
    expect(await draft.save()).toBe(false)
    expect(kept().map((one) => [one.pending, one.opening?.body.applicant])).toEqual([[{ note: '急' }, { name: '李四' }]])
  })

  it('is opened once at the desk when it answers, although its first answer is lost', async () => {
    const draft = await begun()
    draft.change({ note: '急', phone: '2' })
    Object.assign(desk, { reachable: true, silent: true })
    expect(await draft.save()).toBe(false)
    desk.silent = false
    expect(await draft.save()).toBe(true)
    expect([desk.keys.size, draft.local.value, desk.form]).toEqual([1, false, { name: '张桂兰', phone: '2', note: '急' }])
    expect(kept().map((one) => [one.caseId, one.pending])).toEqual([['c', {}]])
  })

  it('comes back after a power cut', async () => {
    const before = await begun()
    before.change({ note: '急' })
    desk.reachable = true
    const draft = effectScope().run(() => useDraft(() => undefined, () => 'me'))!
    await draft.resume(kept()[0]!.caseId)
    await draft.save()
    expect([draft.item.value?.id, desk.form.note, kept().map((one) => one.caseId)]).toEqual(['c', '急', ['c']])
  })

  it('reaches the desk by itself after it was put away', async () => {
    const draft = await begun()
    draft.change({ note: '急' })
    draft.put()
    expect(await draft.deliver()).toMatchObject({ opened: 0, waiting: 1, refused: [] })
    desk.reachable = true
    expect(await draft.deliver()).toMatchObject({ opened: 1, waiting: 0 })
    expect([desk.form.note, kept().map((one) => [one.caseId, one.pending])]).toEqual(['急', [['c', {}]]])
  })

  describe('that the desk refuses', () => {
    async function refused() {
      const draft = await begun()
      draft.change({ note: '急' })
      draft.put()
      const errors = [{ pointer: '/applicant/phone', code: 'pattern', detail: '电话号码有误' }]
      Object.assign(desk, { reachable: true, refusal: new ApiProblem(422, { errors }) })
      const found = await draft.deliver()
      return { draft, found, one: found.refused[0]! }
    }

    it('stays with what was typed and why', async () => {
      const { found, one } = await refused()
      expect(found).toMatchObject({ opened: 0, waiting: 1 })
      expect([one.draft.pending, one.problem.byPointer, kept().length]).toEqual([{ note: '急' }, { '/applicant/phone': '电话号码有误' }, 1])
    })

    it('is sent again as corrected, with all that was typed', async () => {
      const { draft, one } = await refused()
      desk.refusal = null
      await draft.correct(one, { name: '张桂花', phone: '13900000000' })
      await draft.save()
      expect(desk.orders.at(-1)).toMatchObject({ matter_id: 'm', applicant: { name: '张桂花', phone: '13900000000' } })
      expect([desk.form.note, kept().map((copy) => copy.caseId)]).toEqual(['急', ['c']])
    })

    it('waits as corrected where it is refused again', async () => {
      const { draft, one } = await refused()
      expect(await draft.correct(one, { name: '张桂花' })).toBeNull()
      const [again] = (await draft.deliver()).refused
      expect([again!.order.name, again!.draft.pending, kept().length]).toEqual(['张桂花', { note: '急' }, 1])
    })

    it('is forgotten where the clerk discards it', async () => {
      const { draft, one } = await refused()
      await draft.discard(one)
      expect([kept(), (await draft.deliver()).refused]).toEqual([[], []])
    })
  })

  it('is not asked for what the registry will fill in, and what was typed by hand is not said to come from there', () => {
    const field = (prefill: string) => ({ type: 'string', 'x-prefill': prefill })
    const matter = { materials: [], form_schema: { required: ['who', 'born', 'note'], properties: { who: field('name'), born: field('birth_date'), note: {} } } }
    const blank = (body: Record<string, unknown>) => blankCase(matter as never, { key: 'k', name: '张桂兰', body })
    const [known, byHand] = [blank({ applicant_id: 'x' }), blank({ applicant: { name: '李四', birth_date: '1990-01-01' } })]
    expect([known.form, known.form_schema.required]).toEqual([{ who: '张桂兰' }, ['note']])
    expect([byHand.form, byHand.form_schema.required, fromRegistry(byHand)]).toEqual([{ who: '李四', born: '1990-01-01' }, ['who', 'born', 'note'], {}])
  })

  it('is forgotten where the clerk drops it', async () => {
    const draft = await begun()
    expect(await draft.drop('')).toBe(true)
    draft.put()
    expect(kept()).toEqual([])
  })

  it('needs a matter that was read before', async () => {
    const draft = await begun('unknown')
    expect(draft.item.value).toBeNull()
  })
})
