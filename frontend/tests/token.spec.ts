import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { authorisedFetch, dropToken, holdToken, renew } from '@/api/token'
import { ApiProblem, asProblem, problemFrom } from '@/api/problem'

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status })

beforeEach(() => dropToken())
afterEach(() => vi.unstubAllGlobals())

test('many callers share one renewal, because a refresh token used twice ends the session', async () => {
  const calls = vi.fn(async () => json({ access_token: 'new', expires_in: 600 }))
  vi.stubGlobal('fetch', calls)
  expect(await Promise.all([renew(), renew(), renew()])).toEqual([true, true, true])
  expect(calls).toHaveBeenCalledTimes(1)
})

test('a renewal outlives its page, because only its answer has the next cookie', async () => {
  const asked = vi.fn<typeof fetch>(async () => json({ access_token: 'new', expires_in: 600 }))
  vi.stubGlobal('fetch', asked)
  await renew()
  expect(asked.mock.calls[0]![1]).toMatchObject({ method: 'POST', credentials: 'same-origin', keepalive: true })
})

test('a refused token is renewed once and the call repeated', async () => {
  holdToken({ access_token: 'old', expires_in: 600 })
  const seen: (string | null)[] = []
  vi.stubGlobal('fetch', async (input: Request | string) => {
    if (typeof input === 'string') return json({ access_token: 'new', expires_in: 600 })
    seen.push(input.headers.get('Authorization'))
    return json({}, seen.length === 1 ? 401 : 200)
  })
  expect((await authorisedFetch('http://localhost/api/x')).status).toBe(200)
  expect(seen).toEqual(['Bearer old', 'Bearer new'])
})

test('a broken line becomes a problem that says so', async () => {
  vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('failed')))
  await expect(authorisedFetch('http://localhost/api/x')).rejects.toMatchObject({ status: 0, unreachable: true })
})

test('a proxy page instead of a problem still tells the status', async () => {
  const problem = await problemFrom(new Response('<html>', { status: 502 }))
  expect(problem).toBeInstanceOf(ApiProblem)
  expect(problem.unreachable).toBe(true)
  expect(asProblem(new Error('x')).status).toBe(0)
})
