/** What a column of a DataTable says about itself. */
export interface Column<Row> {
  key: string
  title: string
  /** Plain text for sorting, export and, without a slot, display. */
  text: (row: Row) => string | number | null | undefined
  width?: string
  align?: 'start' | 'end'
  sortable?: boolean
  /** Not shown until chosen. */
  optional?: boolean
  /** Cannot be put away. */
  fixed?: boolean
}

export interface Chip {
  key: string
  label: string
}

const order = new Intl.Collator('zh-CN-u-co-pinyin', { numeric: true })

export function sortRows<Row>(rows: readonly Row[], column: Column<Row> | undefined, descending: boolean): readonly Row[] {
  if (!column) return rows
  const value = (row: Row): string => String(column.text(row) ?? '')
  const sorted = [...rows].sort((a, b) => order.compare(value(a), value(b)))
  return descending ? sorted.reverse() : sorted
}
