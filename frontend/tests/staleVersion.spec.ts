import { afterEach, expect, it, vi } from 'vitest'
import { call } from '@/api/http'
import { queries } from '@/api/queries'

afterEach(() => vi.unstubAllGlobals())

async function answered(status: number): Promise<boolean | undefined> {
  queries.setQueryData(['resident', 'x'], { version: 1 })
  vi.stubGlobal('fetch', async () => new Response('{}', { status, headers: { 'Content-Type': 'application/problem+json' } }))
  await call('PATCH', '/api/registry/v1/residents/x', { body: {}, version: 1 }).catch(() => undefined)
  return queries.getQueryState(['resident', 'x'])?.isInvalidated
}

it('reads the record again when somebody else changed it meanwhile, and not for any other refusal', async () => {
  expect(await answered(422)).toBe(false)
  expect(await answered(412)).toBe(true)
})
