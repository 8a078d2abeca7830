import { flushPromises } from '@vue/test-utils'
import { effectScope } from 'vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiProblem } from '@/api/problem'
import type { KeptDraft } from '@/shared/lib/keptDrafts'

const desk = vi.hoisted(() => ({ version: 1, form: {} as Record<string, unknown>, edits: [] as unknown[], kept: [] as unknown[] }))
vi.mock('@/modules/cases/api', () => ({
  readCase: () => Promise.resolve({ data: whole() }),
  editCase: (_: string, version: number, change: { form: Record<string, unknown> }) => {
    if (version !== desk.version) return Promise.reject(new ApiProblem(412, { code: 'stale', detail: '' }))
    desk.edits.push(change.form)
    desk.form = { ...desk.form, ...change.form }
    desk.version += 1
    return Promise.resolve(whole())
  },
}))
vi.mock('@/shared/lib/keptDrafts', () => ({
  keepDraft: (_: string, draft: unknown) => Promise.resolve(void (desk.kept = [JSON.parse(JSON.stringify(draft))])),
  keptDrafts: () => Promise.resolve(desk.kept),
  dropDraft: () => Promise.resolve(),
}))
const { useDraft } = await import('@/modules/workbench/useDraft')

const whole = (): Record<string, unknown> => ({ id: 'c', version: desk.version, form: { ...desk.form }, form_schema: { type: 'object', properties: {} }, materials: [], masked: [], state: 'draft' })

/** Another clerk's change, behind this screen's back. */
function colleague(change: Record<string, unknown>): void {
  desk.form = { ...desk.form, ...change }
  desk.version += 1
}
async function opened() {
  const draft = effectScope().run(() => useDraft(() => undefined, () => 'me'))!
  await draft.resume('c')
  return draft
}

describe('a draft that two clerks write', () => {
  beforeEach(() => Object.assign(desk, { version: 1, form: { name: '张桂兰', phone: '1' }, edits: [], kept: [] }))

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
