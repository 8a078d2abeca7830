/** The filters of the ledger as they stand in the address. */
import type { LocationQuery } from 'vue-router'

export const FILTERS = ['person', 'actor', 'case', 'object', 'action', 'from', 'to'] as const
export type FilterName = (typeof FILTERS)[number]
export type Filters = Partial<Record<FilterName, string>>

const DAY = /^\d{4}-\d\d-\d\d$/

export function filtersFrom(query: LocationQuery): Filters {
  return Object.fromEntries(FILTERS.flatMap((name) => (typeof query[name] === 'string' && query[name] ? [[name, query[name]]] : [])))
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}

/** Days become moments with their offset; `to` is a whole day for people and exclusive for the interface. */
export function asQuery(filters: Filters): Filters {
  const { from, to, ...rest } = filters
  return {
    ...rest,
    ...(from && DAY.test(from) ? { from: `${from}T00:00:00+08:00` } : {}),
    ...(to && DAY.test(to) ? { to: `${dayAfter(to)}T00:00:00+08:00` } : {}),
  }
}

export const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
