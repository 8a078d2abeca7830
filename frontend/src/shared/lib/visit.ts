/**
 * The county that the address in view asks about, where a post reaches several and it is not the one it works in.
 *
 * Only reads carry it: the services refuse it with every command.
 */
import { readonly, ref } from 'vue'
import type { LocationQuery } from 'vue-router'

export interface County {
  tenant: string
  name: string
  division: string
}

const COUNTY_DIGITS = 6
const current = ref<County>()

/** The county in view, or undefined for the own one. */
export const visited = readonly(current)
/** What a read of a record adds to its query. */
export const inCounty = (): { county?: string } => (current.value ? { county: current.value.tenant } : {})
export const visit = (county: County | undefined): void => void (current.value = county)

/** Which of the counties that a post reaches an address names: by its key, or by the area of a list. */
export function countyOf(query: LocationQuery, reached: readonly County[], own: string | undefined): County | undefined {
  const named = (one: County): boolean => (typeof query.county === 'string' ? one.tenant === query.county : typeof query.division === 'string' && query.division.slice(0, COUNTY_DIGITS) === one.division)
  const found = reached.length > 1 ? reached.find(named) : undefined
  return found?.tenant === own ? undefined : found
}
