/** How days, numbers and names are written. */

/** 421202194306110023 → 421202 1943 0611 0023; other numbers in fours. Asterisks become bullets. */
export function groupNumber(value: string): string {
  const plain = value.replace(/\s+/g, '').replace(/[*●]/g, '•')
  if (plain.length === 18) return [plain.slice(0, 6), plain.slice(6, 10), plain.slice(10, 14), plain.slice(14)].join(' ')
  if (plain.length === 11) return [plain.slice(0, 3), plain.slice(3, 7), plain.slice(7)].join(' ')
  return plain.length > 8 ? (plain.match(/.{1,4}/g) ?? [plain]).join(' ') : plain
}

export function ageOn(birth: string, today = new Date()): number {
  const [year = 0, month = 1, day = 1] = birth.split('-').map(Number)
  const before = today.getMonth() + 1 < month || (today.getMonth() + 1 === month && today.getDate() < day)
  return today.getFullYear() - year - (before ? 1 : 0)
}

const TIME_ZONE = 'Asia/Shanghai'

export function day(value: string | null | undefined): string {
  if (!value) return ''
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return value
  return new Intl.DateTimeFormat('sv-SE', { timeZone: TIME_ZONE, dateStyle: 'short' }).format(new Date(value))
}

/** Today here, as a date field has it. */
export const today = (): string => day(new Date().toISOString())

/** Whether a date field holds a whole day that may lie in the past: while a year is typed it holds 0002, 0020 and 0202. */
export const isPastDay = (value: string): boolean => /^(?:18[5-9]|19\d|2\d\d)\d-\d\d-\d\d$/.test(value) && value <= today()

export function moment(value: string | null | undefined): string {
  if (!value) return ''
  return new Intl.DateTimeFormat('sv-SE', { timeZone: TIME_ZONE, dateStyle: 'short', timeStyle: 'short' }).format(new Date(value))
}

export function clockTime(at: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: TIME_ZONE, timeStyle: 'short' }).format(at)
}

export function minutesSeconds(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  return `${String(Math.floor(whole / 60)).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`
}

export function yuan(fen: number): string {
  return (fen / 100).toLocaleString('zh-CN', { minimumFractionDigits: 2 })
}

/** A cell of CSV; text that a spreadsheet would take for a formula is defused. */
export function csvCell(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value)
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
