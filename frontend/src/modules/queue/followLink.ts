/** Addresses of the queue that leave this screen on paper or by code, and the number that this phone holds. */
export const ticketLink = (token: string): string => `${location.origin}/queue/t/${token}`
export const takeLink = (division: string): string => `${location.origin}/queue/take/${division}`

const KEY = 'linli.ticket'

interface Held {
  token: string
  label: string
  day: string
}

const today = (): string => new Date().toDateString()

/** The number taken on this phone today, if any. */
export function heldTicket(division: string): Held | null {
  try {
    const held = JSON.parse(localStorage.getItem(`${KEY}.${division}`) ?? 'null') as Held | null
    return held?.day === today() ? held : null
  } catch {
    return null
  }
}

export function holdTicket(division: string, token: string, label: string): void {
  localStorage.setItem(`${KEY}.${division}`, JSON.stringify({ token, label, day: today() }))
}

export function dropTicket(division: string): void {
  localStorage.removeItem(`${KEY}.${division}`)
}
