/** What a resident's number tells by itself. Nothing of it is kept. */

/** 老年人权益保障法 第二条: whoever is sixty is an elder. */
const ELDER_YEARS = 60

/** Whether the holder of a resident's number is an elder on `today` (YYYY-MM-DD); a number of another kind does not tell. */
export function isElder(number: string, today: string): boolean {
  const birth = /^\d{6}(\d{4})(\d{2})(\d{2})\d{3}[\dX]$/.exec(number)
  if (!birth) return false
  return `${Number(birth[1]) + ELDER_YEARS}-${birth[2]}-${birth[3]}` <= today
}
