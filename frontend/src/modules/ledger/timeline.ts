/** What a time line shows of entries: day by day, newest first, with mere looks drawn together. */
import { day } from '@/shared/lib/format'
import type { EntryBrief } from './api'

/** A look reads and changes nothing; a whole number that was shown is more than a look. */
const LOOK = /\.(?:read|list|search|timeline|fetch|read-document)$/

export interface Part {
  /** Looks that followed one another; one that stands alone is shown like everything else. */
  looks: boolean
  entries: EntryBrief[]
}
export interface Day {
  day: string
  parts: Part[]
}

/** Services tell the ledger at their own pace: what happened first stands first, whoever told it sooner. */
export const inTime = (entries: readonly EntryBrief[]): EntryBrief[] => [...entries].sort((one, other) => Date.parse(other.time) - Date.parse(one.time) || other.index - one.index)

export function byDay(entries: readonly EntryBrief[]): Day[] {
  const days: Day[] = []
  for (const entry of inTime(entries)) {
    const of = day(entry.time)
    if (days.at(-1)?.day !== of) days.push({ day: of, parts: [] })
    const { parts } = days.at(-1)!
    const looks = LOOK.test(entry.action)
    if (looks && parts.at(-1)?.looks) parts.at(-1)!.entries.push(entry)
    else parts.push({ looks, entries: [entry] })
  }
  return days
}
