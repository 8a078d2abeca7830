/** Lists that a screen shows as a whole are read to their end; where a record would be, an address that names none is not found. */
import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { everyPage } from '@/api/http'
import { ApiProblem } from '@/api/problem'
import { i18n } from '@/i18n'
import ProblemState from '@/shared/components/ProblemState.vue'
import SheetTable from '@/modules/disclosures/components/SheetTable.vue'
import type { Sheet } from '@/modules/disclosures/api'

describe('a list that a screen shows as a whole', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('is read page after page to its end', async () => {
    const asked: string[] = []
    const pages = [{ items: [1, 2], next_cursor: 'b' }, { items: [3], next_cursor: 'c' }, { items: [4], next_cursor: null }]
    vi.stubGlobal('fetch', async (sent: Request) => {
      asked.push(new URL(sent.url).search)
      return new Response(JSON.stringify(pages.shift()), { headers: { 'Content-Type': 'application/json' } })
    })
    expect((await everyPage<number>('/api/supervision/v1/seals', { division: '421202' })).items).toEqual([1, 2, 3, 4])
    expect(asked).toEqual(['?division=421202&limit=200', '?division=421202&limit=200&cursor=b', '?division=421202&limit=200&cursor=c'])
  })
  it('is one page where the server knows no further ones', async () => {
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ items: [1] }), { headers: { 'Content-Type': 'application/json' } }))
    expect((await everyPage<number>('/api/x')).items).toEqual([1])
  })
})

describe('a problem', () => {
  const malformed = new ApiProblem(422, { code: 'invalid', detail: '填写有误', errors: [{ pointer: '/inquiry_id', code: 'uuid_parsing', detail: '编号格式不正确' }] })
  const said = (page: boolean): string => mount(ProblemState, { props: { error: malformed, page }, global: { plugins: [i18n], mocks: { $t: i18n.global.t } } }).text()

  it('where a record would be says that there is none', () => {
    expect(said(true)).toContain('没有找到')
    expect(said(true)).not.toContain('编号格式不正确')
  })
  it('of something filled in says what was wrong', () => {
    expect(said(false)).toContain('编号格式不正确')
  })
})

describe('a published table', () => {
  const column = (name: string) => ({ name, kind: 'text' as const })
  const sheet = (...names: string[]): Sheet => ({ caption: '', columns: names.map(column), rows: [names.map((_, i) => (i === 1 ? '' : `值${i}`))] }) as unknown as Sheet
  const table = (one: Sheet): ReturnType<typeof mount> => mount(SheetTable, { props: { sheet: one, label: '收支' }, global: { plugins: [i18n] } })

  it('with many columns is read row by row on a phone, each cell under its name', () => {
    const wide = table(sheet('日期', '摘要', '收入', '支出'))
    expect(wide.classes()).toContain('wide')
    expect(wide.findAll('tbody td').map((cell) => cell.attributes('data-name'))).toEqual(['日期', '摘要', '收入', '支出'])
    expect(wide.findAll('[role=cell]')).toHaveLength(4)
  })
  it('with few columns stays a table', () => {
    expect(table(sheet('日期', '摘要', '收入')).classes()).not.toContain('wide')
  })
})
