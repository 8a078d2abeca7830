/** Tables of a disclosure: new ones from a template, sums of money in whole cents. */
import { byPlace, differ, mergedItems, type Merge } from '@/shared/lib/merging'
import type { CatalogueItem, Sheet } from './api'

export const EMPTY_ROWS = 3

/** The cells' sum in yuan with two decimals; cents are added as integers. */
export function sumOf(values: readonly string[]): string {
  const cents = values.reduce((sum, value) => sum + centsOf(value), 0)
  return shownMoney((cents / 100).toFixed(2))
}

function centsOf(value: string): number {
  const found = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(value.trim())
  if (!found) return 0
  const cents = Number(found[2]) * 100 + Number((found[3] ?? '').padEnd(2, '0'))
  return found[1] ? -cents : cents
}

export function shownMoney(value: string): string {
  return value ? Number(value).toLocaleString('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 }) : ''
}

/** An empty table as the catalogue's template has it; none where the item is written freely. */
export function fromTemplate(item: CatalogueItem | undefined): Sheet[] {
  if (!item?.columns.length) return []
  const columns = item.columns.map((column) => ({ name: column.name.zh, kind: column.kind }))
  return [{ caption: '', columns, rows: Array.from({ length: EMPTY_ROWS }, () => columns.map(() => '')) }]
}

/** Tables of one's own, to be written in. */
export function copied(sheets: readonly Sheet[]): Sheet[] {
  return JSON.parse(JSON.stringify(sheets)) as Sheet[]
}

/** Without the rows that nobody filled. */
export function filled(sheets: readonly Sheet[]): Sheet[] {
  return sheets.map((sheet) => ({ ...sheet, rows: sheet.rows.filter((row) => row.some((cell) => cell.trim())) }))
}

const mergedSheet: Merge<Sheet> = (base, mine, theirs) => {
  if ([mine, theirs].some((side) => differ(side.columns, base.columns) || side.rows.length < base.rows.length)) return undefined
  const caption = mergedItems(byPlace([base.caption], 1, ''), byPlace([mine.caption], 1, ''), byPlace([theirs.caption], 1, ''))?.get('0')
  const common = base.rows.length
  const rows = mergedItems(byPlace(base.rows, common, ''), byPlace(mine.rows, common, 'mine'), byPlace(theirs.rows, common, 'theirs'))
  return caption === undefined || !rows ? undefined : { caption, columns: base.columns, rows: [...rows.values()] }
}

/** Tables that two people wrote in: the rows that each changed or added. Nothing where both changed a row, or where rows or tables are gone. */
export const mergedSheets: Merge<Sheet[]> = (base, mine, theirs) => {
  if (mine.length !== base.length || theirs.length !== base.length) return undefined
  const sheets = base.map((was, at) => mergedSheet(was, mine[at]!, theirs[at]!))
  return sheets.every((one) => one !== undefined) ? copied(sheets) : undefined
}
