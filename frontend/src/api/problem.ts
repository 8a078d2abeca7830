/**
 * Errors of the interface (RFC 9457) as one class.
 *
 * Whatever goes wrong on the way to a service, the screens see an ApiProblem and nothing else.
 */
export interface FieldProblem {
  pointer: string
  code: string
  detail: string
}

export interface ProblemBody {
  type?: string
  title?: string
  status?: number
  detail?: string
  code?: string
  errors?: FieldProblem[]
  request_id?: string
  [fact: string]: unknown
}

export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly errors: FieldProblem[]
  readonly requestId: string | undefined
  readonly retryAfterSeconds: number | undefined
  readonly body: ProblemBody

  constructor(status: number, body: ProblemBody, retryAfterSeconds?: number) {
    super(body.detail || body.title || '')
    this.name = 'ApiProblem'
    this.status = status
    this.code = body.code ?? (status === 0 ? 'network.unreachable' : `http.${status}`)
    this.title = body.title ?? ''
    this.errors = body.errors ?? []
    this.requestId = body.request_id
    this.retryAfterSeconds = retryAfterSeconds
    this.body = body
  }

  /** Field messages by JSON pointer, as forms want them. */
  get byPointer(): Record<string, string> {
    return Object.fromEntries(this.errors.map((e) => [e.pointer, e.detail]))
  }

  get unreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504
  }
}

export async function problemFrom(response: Response): Promise<ApiProblem> {
  const retry = Number(response.headers.get('Retry-After'))
  let body: ProblemBody = {}
  try {
    body = (await response.json()) as ProblemBody
  } catch {
    // A proxy's page or an empty body: the status alone must do.
  }
  const requestId = body.request_id ?? response.headers.get('X-Request-Id') ?? undefined
  return new ApiProblem(response.status, { ...body, request_id: requestId }, Number.isFinite(retry) && retry > 0 ? retry : undefined)
}

export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  return new ApiProblem(0, { detail: '', title: error instanceof Error ? error.message : String(error) })
}

/** The answer, or null where there is nothing under that address, or it is no address at all. */
export async function ifThere<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ApiProblem && (error.status === 404 || error.status === 422)) return null
    throw error
  }
}
