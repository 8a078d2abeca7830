/** Sums of money are added in whole cents; a template gives empty rows and what nobody filled is not sent. */
import { describe, expect, it } from 'vitest'
import { filled, fromTemplate, shownMoney, sumOf } from '@/modules/disclosures/sheet'
import type { CatalogueItem } from '@/modules/disclosures/api'

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
