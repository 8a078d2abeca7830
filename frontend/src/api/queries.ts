/**
 * What was read from the server and is kept for a while.
 *
 * A change that is refused because the record changed meanwhile makes people and households old: they are read again, so that the
 * next try is one for the record as it is. Their forms keep what was typed; records whose forms follow what is read are left alone.
 */
import { QueryClient } from '@tanstack/vue-query'
import { asProblem } from './problem'

// A refusal does not change by asking again; only an unreachable service is worth a second try.
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && asProblem(error).unreachable,
    },
  },
})

const STALE_VERSION = 412
const WITH_FORMS_OF_THEIR_OWN = ['resident', 'household']

export function noticeStale(status: number): void {
  if (status === STALE_VERSION) for (const key of WITH_FORMS_OF_THEIR_OWN) void queries.invalidateQueries({ queryKey: [key] })
}
