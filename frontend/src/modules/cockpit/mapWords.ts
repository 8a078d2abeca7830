/** Which words a cell of the map has room for: its name and its number, one of them, or none. */

export interface Shown {
  division: string
  name: string
  value: number | null
  strength: number | null
}
export interface Line {
  text: string
  y: number
  size: number
  strong: boolean
}
type Holds = (width: number, height: number) => boolean

const LEADING = 1.3
/** Smaller than this nobody reads at arm's length. */
const SMALLEST = 0.86
/** A name this long may be broken in two. */
const BROKEN_FROM = 5
const CJK_FROM = '\u2e80'

export const wide = (text: string, size: number): number => [...text].reduce((sum, c) => sum + (c >= CJK_FROM ? 1 : 0.58) * size, 0)

export function lines(name: string, value: string, size: number, holds: Holds): Line[] {
  for (const share of [1, SMALLEST]) {
    for (const parts of splits(name)) {
      const found = fitted([...parts, value], size * share, holds, Boolean(value))
      if (found) return found
    }
  }
  return (value && (fitted([value], size, holds, true) || fitted([value], size * SMALLEST, holds, true))) || (!value && fitted([name], size * SMALLEST, holds, false)) || []
}

function splits(name: string): string[][] {
  if (!name) return []
  const half = Math.ceil(name.length / 2)
  return name.length >= BROKEN_FROM ? [[name], [name.slice(0, half), name.slice(half)]] : [[name]]
}

function fitted(texts: readonly string[], size: number, holds: Holds, valued: boolean): Line[] | null {
  const kept = texts.filter(Boolean)
  const sized = kept.map((text, i) => ({ text, strong: valued && i === kept.length - 1, size: valued && i === kept.length - 1 ? size * 1.15 : size }))
  const tall = sized.reduce((sum, line) => sum + line.size * LEADING, 0)
  if (!holds(Math.max(...sized.map((line) => wide(line.text, line.size))) + 6, tall)) return null
  let top = -tall / 2
  return sized.map((line) => {
    const y = top + (line.size * LEADING) / 2
    top += line.size * LEADING
    return { ...line, y }
  })
}
