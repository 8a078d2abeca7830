/** Sums of money are added in whole cents; a template gives empty rows and what nobody filled is not sent; without one, columns are chosen. */
import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { reactive } from 'vue'
import { i18n } from '@/i18n'
import SheetEditor from '@/modules/disclosures/components/SheetEditor.vue'
import { filled, fromTemplate, mergedSheets, shownMoney, sumOf } from '@/modules/disclosures/sheet'
import type { CatalogueItem, Sheet } from '@/modules/disclosures/api'

const ITEM = { columns: [{ name: { zh: '姓名', en: 'name' }, kind: 'person' }, { name: { zh: '金额', en: 'amount' }, kind: 'money' }] } as unknown as CatalogueItem

describe('a table of a disclosure', () => {
  it('adds cents without rounding', () => {
    expect(sumOf(['0.10', '0.2', '-3', '', 'x'])).toBe('-2.70')
    expect(sumOf(Array.from({ length: 10 }, () => '0.1'))).toBe('1.00')
  })
  it('shows money in groups', () => {
    expect(shownMoney('25000')).toBe('25,000.00')
    expect(shownMoney('')).toBe('')
  })
  it('begins from its template and sends filled rows only', () => {
    const [sheet] = fromTemplate(ITEM)
    expect(sheet?.columns).toEqual([{ name: '姓名', kind: 'person' }, { name: '金额', kind: 'money' }])
    sheet!.rows[1] = ['张三', '120']
    expect(filled([sheet!])[0]?.rows).toEqual([['张三', '120']])
    expect(fromTemplate(undefined)).toEqual([])
  })
})

describe('a table without a template', () => {
  const sheet = (): Sheet => reactive({ caption: '', columns: [{ name: '内容', kind: 'text' as const }], rows: [['一'], ['二']] })
  const editor = (modelValue: Sheet, free: boolean): ReturnType<typeof mount> => mount(SheetEditor, { props: { modelValue, free, at: 'tables/0', faults: {} }, global: { plugins: [i18n] } })

  it('has columns of its own, of which that of people is masked', async () => {
    const said = sheet()
    const shown = editor(said, true)
    await shown.findAll('button').find((one) => one.text() === '加一列')!.trigger('click')
    await shown.findAll('thead input')[1]!.setValue('户主')
    await shown.findAll('thead select')[1]!.setValue('person')
    expect(said).toEqual({ caption: '', columns: [{ name: '内容', kind: 'text' }, { name: '户主', kind: 'person' }], rows: [['一', ''], ['二', '']] })
    await shown.get('[aria-label="删除第 1 列"]').trigger('click')
    expect(said.columns.map((one) => one.name)).toEqual(['户主'])
    expect(said.rows).toEqual([[''], ['']])
  })
  it('keeps those of a template as they are', () => {
    expect(editor(sheet(), false).find('thead input').exists()).toBe(false)
  })
})

describe('a table that two clerks fill in', () => {
  const table = (...rows: string[][]) => [{ caption: '', columns: [], rows }]
  const base = table(['张三', '1'], ['李四', '2'])

  it('has the rows that either changed or added', () => {
    expect(mergedSheets(base, table(['张三', '1'], ['李四', '20'], ['王五', '3']), table(['张三丰', '1'], ['李四', '2'], ['赵六', '4']))).toEqual(table(['张三丰', '1'], ['李四', '20'], ['赵六', '4'], ['王五', '3']))
  })
  it('is not brought together where both changed one row, or one took a row away', () => {
    expect(mergedSheets(base, table(['张三', '5'], ['李四', '2']), table(['张三丰', '1'], ['李四', '2']))).toBeUndefined()
    expect(mergedSheets(base, table(['李四', '2']), table(['张三', '6'], ['李四', '2']))).toBeUndefined()
    expect(mergedSheets(base, [...base, ...base], table(['张三', '6'], ['李四', '2']))).toBeUndefined()
  })
})
