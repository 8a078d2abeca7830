/**
 * Calls to the interface with the conventions of the contract: problems, entity tags, idempotency keys.
 */
import { preferredLanguage } from '@/i18n/language'
import { authorisedFetch } from './token'
import { problemFrom } from './problem'
import { noticeStale } from './queries'

export type Query = Record<string, string | number | boolean | null | undefined>

export interface CallOptions {
  query?: Query
  body?: unknown
  /** Version known to the caller, sent as If-Match. */
  version?: number | string
  /** Key that makes a repeated POST harmless; made here when absent. */
  key?: string
  accept?: string
  signal?: AbortSignal
}

const LARGEST_PAGE = 200
/** Twenty thousand: more than any list that a screen shows as a whole. */
const MOST_PAGES = 100

export interface Page<T> {
  items: T[]
  next_cursor: string | null
}

export interface Versioned<T> {
  data: T
  version: string | undefined
}

export function newKey(): string {
  // `randomUUID` exists only on secure pages; a hall may open Linli over plain HTTP in its own network.
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
}

function url(path: string, query?: Query): string {
  const pairs = Object.entries(query ?? {}).filter(([, v]) => v !== undefined && v !== null && v !== '')
  if (!pairs.length) return path
  return `${path}?${new URLSearchParams(pairs.map(([k, v]) => [k, String(v)]))}`
}

export async function call(method: string, path: string, options: CallOptions = {}): Promise<Response> {
  const headers = new Headers({ Accept: options.accept ?? 'application/json', 'Accept-Language': preferredLanguage() })
  if (method === 'POST') headers.set('Idempotency-Key', options.key ?? newKey())
  if (options.version !== undefined) headers.set('If-Match', `"${String(options.version).replaceAll('"', '')}"`)
  let body: BodyInit | undefined
  if (options.body instanceof FormData) body = options.body
  else if (options.body !== undefined) {
    headers.set('Content-Type', 'application/json')
    body = JSON.stringify(options.body)
  }
  const response = await authorisedFetch(url(path, options.query), { method, headers, body, signal: options.signal })
  if (!response.ok) {
    await noticeStale(response.status)
    throw await problemFrom(response)
  }
  return response
}

async function json<T>(response: Response): Promise<T> {
  if (response.status === 204 || response.headers.get('Content-Length') === '0') return undefined as T
  const text = await response.text()
  return (text ? JSON.parse(text) : undefined) as T
}

export const http = {
  get: async <T>(path: string, options?: CallOptions): Promise<T> => json<T>(await call('GET', path, options)),
  post: async <T>(path: string, body?: unknown, options?: CallOptions): Promise<T> =>
    json<T>(await call('POST', path, { ...options, body })),
  put: async <T>(path: string, body?: unknown, options?: CallOptions): Promise<T> =>
    json<T>(await call('PUT', path, { ...options, body })),
  patch: async <T>(path: string, body: unknown, options?: CallOptions): Promise<T> =>
    json<T>(await call('PATCH', path, { ...options, body })),
  delete: async <T>(path: string, options?: CallOptions): Promise<T> => json<T>(await call('DELETE', path, options)),
  blob: async (path: string, options?: CallOptions): Promise<Blob> => (await call('GET', path, options)).blob(),
  /** A record with the version to send back when changing it. */
  versioned: async <T>(path: string, options?: CallOptions): Promise<Versioned<T>> => {
    const response = await call('GET', path, options)
    return { data: await json<T>(response), version: response.headers.get('ETag')?.replace(/^W\/|"/g, '') || undefined }
  },
}

/** A list that a screen shows as a whole, page after page. */
export async function everyPage<T>(path: string, query: Query = {}): Promise<{ items: T[] }> {
  const items: T[] = []
  let cursor: string | null | undefined
  for (let n = 0; n < MOST_PAGES && (n === 0 || cursor); n += 1) {
    const page: Partial<Page<T>> & { items: T[] } = await http.get(path, { query: { ...query, limit: LARGEST_PAGE, cursor } })
    items.push(...page.items)
    cursor = page.next_cursor
  }
  return { items }
}
