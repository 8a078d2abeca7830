/** The words of a message with its addresses apart, so that they can be followed. */
export interface Piece {
  text: string
  /** Where an address of this installation leads; empty for plain words. */
  path: string
}

const ADDRESS = /https?:\/\/[^\s/]+(\/\S*)/g

export function pieces(text: string): Piece[] {
  const found: Piece[] = []
  let at = 0
  for (const hit of text.matchAll(ADDRESS)) {
    found.push({ text: text.slice(at, hit.index), path: '' }, { text: hit[1]!, path: hit[1]! })
    at = hit.index + hit[0].length
  }
  return [...found, { text: text.slice(at), path: '' }].filter((piece) => piece.text)
}
