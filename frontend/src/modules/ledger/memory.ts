/** What this browser remembers of a log: its key and the largest checkpoint whose signature it has verified itself. */
export interface Remembered {
  verifierKey: string
  size: number
  /** Hexadecimal. */
  root: string
  at: string
  /** By witness's key: how many entries it had signed for. */
  vouched?: Record<string, number>
}

const name = (tenant: string): string => `linli.log.${tenant}`

export function recall(tenant: string): Remembered | null {
  try {
    const kept = JSON.parse(localStorage.getItem(name(tenant)) ?? 'null') as Remembered | null
    return kept && typeof kept.verifierKey === 'string' && Number.isSafeInteger(kept.size) && /^[0-9a-f]{64}$/.test(kept.root) ? kept : null
  } catch {
    return null
  }
}

export function remember(tenant: string, seen: Remembered): void {
  localStorage.setItem(name(tenant), JSON.stringify(seen))
}
