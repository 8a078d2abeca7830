/**
 * What is being typed, kept in this browser until the desk has it, so that a power cut loses nothing.
 *
 * A record lies encrypted under a key that never leaves the browser's own store. Where a page has no cryptography (plain HTTP in
 * a hall's network) whatever could be a number of a person is left out, and an applicant who was typed by hand is kept only as
 * long as the page is open. Signing out forgets all of it.
 */
/** The order to open a case, while the desk has not got it. */
export interface Opening {
  key: string
  body: Record<string, unknown>
  /** Whom it is for, as the screen says it. */
  name: string
  agent?: { name: string; relation?: string; phone?: string | null } | null
}

export interface KeptDraft {
  caseId: string
  /** Typed and not yet with the desk, by field. */
  pending: Record<string, unknown>
  /** What the desk had in these fields when typing began, as it shows it. */
  base?: Record<string, unknown>
  /** What the registry gave when the draft was opened, by field. */
  given: Record<string, unknown>
  /** Present while no such case is open at the desk. */
  opening?: Opening
}

interface Row {
  caseId: string
  account: string
  at: number
  content: ArrayBuffer | string
  nonce?: Uint8Array<ArrayBuffer>
}

const NAME = 'linli-drafts'
const [DRAFTS, KEYS] = ['drafts', 'keys']
const NONCE_BYTES = 12
const NUMBER = /\d{6,}/

const sealable = (): boolean => globalThis.crypto?.subtle !== undefined

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error(NAME))
  })
}

async function within<T>(store: string, mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(NAME, 1)
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(DRAFTS, { keyPath: 'caseId' })
    opening.result.createObjectStore(KEYS)
  }
  const database = await done(opening)
  try {
    // Strict: the disk has it before the answer, or a power cut takes what was promised.
    return await done(work(database.transaction(store, mode, { durability: 'strict' }).objectStore(store)))
  } finally {
    database.close()
  }
}

async function theKey(): Promise<CryptoKey> {
  const known = await within<CryptoKey | undefined>(KEYS, 'readonly', (store) => store.get('key') as IDBRequest<CryptoKey | undefined>)
  if (known) return known
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  await within(KEYS, 'readwrite', (store) => store.put(made, 'key'))
  return made
}

// What a disk must not hold.
const memory = new Map<string, { account: string; at: number; draft: KeptDraft }>()

const withoutNumbers = (fields: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(fields).filter(([, value]) => !NUMBER.test(JSON.stringify(value) ?? '')))

/** What may lie on a disk in clear; the name of whoever is known by an id is not needed. */
const inClear = (draft: KeptDraft): string =>
  JSON.stringify({ ...draft, pending: withoutNumbers(draft.pending), given: withoutNumbers(draft.given), base: withoutNumbers(draft.base ?? {}), ...(draft.opening ? { opening: { ...draft.opening, name: '', agent: undefined } } : {}) })

/** Keeps the newest state of one draft. A browser that keeps nothing (private window, full disk) is no reason to stop the work. */
export async function keepDraft(account: string, draft: KeptDraft): Promise<void> {
  if (draft.opening && !sealable()) memory.set(draft.caseId, { account, at: Date.now(), draft: structuredClone(draft) })
  if (draft.opening?.body.applicant && !sealable()) return
  try {
    const row: Row = { caseId: draft.caseId, account, at: Date.now(), content: '' }
    if (sealable()) {
      row.nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
      row.content = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: row.nonce }, await theKey(), new TextEncoder().encode(JSON.stringify(draft)))
    } else row.content = inClear(draft)
    await within(DRAFTS, 'readwrite', (store) => store.put(row))
  } catch {
    // The desk still gets every change; only the second copy is missing.
  }
}

async function opened(row: Row): Promise<KeptDraft> {
  if (typeof row.content === 'string') return JSON.parse(row.content) as KeptDraft
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: row.nonce! }, await theKey(), row.content)
  return JSON.parse(new TextDecoder().decode(plain)) as KeptDraft
}

/** This account's drafts, the last one first. */
export async function keptDrafts(account: string): Promise<KeptDraft[]> {
  if (!account) return []
  const remembered = [...memory.values()].filter((one) => one.account === account).sort((a, b) => b.at - a.at).map((one) => one.draft)
  try {
    const rows = await within<Row[]>(DRAFTS, 'readonly', (store) => store.getAll() as IDBRequest<Row[]>)
    const read = await Promise.all(rows.filter((row) => row.account === account && !memory.has(row.caseId)).sort((a, b) => b.at - a.at).map(opened))
    return [...remembered, ...read]
  } catch {
    return remembered
  }
}

export async function dropDraft(caseId: string): Promise<void> {
  memory.delete(caseId)
  await within(DRAFTS, 'readwrite', (store) => store.delete(caseId)).catch(() => undefined)
}

/** Forgets everything, or what belongs to anybody but one account. */
export async function forgetDrafts({ except }: { except?: string } = {}): Promise<void> {
  for (const [caseId, one] of memory) if (one.account !== except) memory.delete(caseId)
  try {
    if (except === undefined) {
      await done(indexedDB.deleteDatabase(NAME))
      return
    }
    const rows = await within<Row[]>(DRAFTS, 'readonly', (store) => store.getAll() as IDBRequest<Row[]>)
    for (const row of rows) if (row.account !== except) await dropDraft(row.caseId)
  } catch {
    // Nothing was kept.
  }
}
