/**
 * What was read from the server and is kept for a while.
 *
 * A change that is refused because the record changed meanwhile makes everything old that was read: what is on the screen is read again
 * before the refusal is told, so that the next try is one for the record as it is. Forms keep what was typed (`useRecordForm`).
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

export async function noticeStale(status: number): Promise<void> {
  if (status !== STALE_VERSION) return
  await queries.invalidateQueries()
  // The screen is told of it one turn later.
  await new Promise((told) => setTimeout(told))
}
