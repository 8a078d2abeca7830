import { QueryObserver } from '@tanstack/vue-query'
import { afterEach, expect, it, vi } from 'vitest'
import { call } from '@/api/http'
import { queries } from '@/api/queries'

afterEach(() => {
  vi.unstubAllGlobals()
  queries.clear()
})

/** What the screen has of a record once the command on it was refused. */
async function shownAfter(status: number): Promise<unknown> {
  let version = 1
  const screen = new QueryObserver(queries, { queryKey: ['flags', 'one', String(status)], queryFn: async () => version++ })
  const leave = screen.subscribe(() => undefined)
  await vi.waitFor(() => expect(screen.getCurrentResult().data).toBe(1))
  vi.stubGlobal('fetch', async () => new Response('{}', { status, headers: { 'Content-Type': 'application/problem+json' } }))
  await call('POST', '/api/supervision/v1/flags/x/take', { body: {}, version: 1 }).catch(() => undefined)
  leave()
  return screen.getCurrentResult().data
}

it('reads what is on the screen again before a stale version is told, and for no other refusal', async () => {
  expect(await shownAfter(422)).toBe(1)
  expect(await shownAfter(412)).toBe(2)
})
