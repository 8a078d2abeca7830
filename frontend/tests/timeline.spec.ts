/** A time line is read from top to bottom: by time, whoever told it sooner, and looks do not drown what was done. */
import { expect, test } from 'vitest'
import type { EntryBrief } from '@/modules/ledger/api'
import { byDay } from '@/modules/ledger/timeline'

const entry = (index: number, time: string, action: string): EntryBrief => ({ index, time: `2026-11-${time}:00+08:00`, action }) as EntryBrief
const told = (entries: EntryBrief[]): string[] => byDay(entries).map((one) => `${one.day} ${one.parts.map((part) => part.entries.map((e) => e.index).join('+')).join(' ')}`)

test('entries stand by their time, newest first, and by their number where the times are the same', () => {
  expect(told([entry(9, '22T10:00', 'case.accept'), entry(8, '22T10:05', 'case.decide'), entry(7, '22T10:05', 'case.complete-step'), entry(3, '21T23:59', 'case.open')])).toEqual(['2026-11-22 8 7 9', '2026-11-21 3'])
})

test('looks that follow one another are drawn together; a number that was shown in full is no mere look', () => {
  const looks = [entry(1, '22T10:00', 'case.read'), entry(2, '22T10:01', 'ledger.timeline'), entry(3, '22T10:02', 'resident.reveal'), entry(4, '22T10:03', 'case.read')]
  expect(told(looks)).toEqual(['2026-11-22 4 3 2+1'])
})
