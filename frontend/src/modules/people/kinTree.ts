/**
 * A family tree from kinship itself: parent and spouse links of the members, with relatives who live elsewhere.
 *
 * Generations follow the links from the head outwards; who no link reaches keeps the place of the relation code.
 */
import type { Member, ResidentBrief } from './api'
import { familyTree, generationOf, NODE, type Tree, type TreeLine } from './familyTree'
import type { Kinship } from './lifeApi'

export interface Kin extends ResidentBrief {
  /** Lives in this household. */
  here: boolean
}

export interface KinNode {
  person: Kin
  x: number
  y: number
}

export interface KinTree {
  nodes: KinNode[]
  lines: TreeLine[]
  width: number
  height: number
}

type Links = Kinship['links']

/** Generation of each person, the head's being 0; parents are above (smaller). */
export function generationsOf(people: readonly Kin[], links: Links): Map<string, number> {
  const head = people.find((p) => p.relation === '02' && p.here) ?? people[0]
  const found = new Map<string, number>()
  if (!head) return found
  const walk = (start: string, generation: number): void => {
    const waiting: [string, number][] = [[start, generation]]
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [id, level] = next
      if (found.has(id)) continue
      found.set(id, level)
      for (const link of links) {
        if (link.kind === 'spouse' && (link.a === id || link.b === id)) waiting.push([link.a === id ? link.b : link.a, level])
        else if (link.kind === 'parent' && link.a === id) waiting.push([link.b, level + 1])
        else if (link.kind === 'parent' && link.b === id) waiting.push([link.a, level - 1])
      }
    }
  }
  walk(head.id, 0)
  for (const person of people) if (!found.has(person.id)) walk(person.id, person.here ? generationOf(person.relation) : 0)
  return found
}

const spouseOf = (id: string, links: Links): string | undefined => {
  const link = links.find((l) => l.kind === 'spouse' && (l.a === id || l.b === id))
  return link && (link.a === id ? link.b : link.a)
}

/** People of one generation, couples side by side, the older branch first. */
function ordered(line: Kin[], links: Links, above: Map<string, number>): Kin[] {
  const parentPlace = (p: Kin): number => Math.min(...links.filter((l) => l.kind === 'parent' && l.b === p.id).map((l) => above.get(l.a) ?? Infinity), Infinity)
  const sorted = [...line].sort((a, b) => parentPlace(a) - parentPlace(b) || (a.birth_date ?? '').localeCompare(b.birth_date ?? ''))
  const placed: Kin[] = []
  for (const person of sorted) {
    if (placed.includes(person)) continue
    placed.push(person)
    const partner = sorted.find((p) => p.id === spouseOf(person.id, links))
    if (partner && !placed.includes(partner)) placed.push(partner)
  }
  return placed
}

export function kinTree(members: readonly Member[], kinship: Kinship): KinTree {
  const people: Kin[] = [...members.map((m) => ({ ...m, here: true })), ...kinship.relatives.map((r) => ({ ...r, here: false }))]
  const generations = generationsOf(people, kinship.links)
  const levels = [...new Set(generations.values())].sort((a, b) => a - b)
  const step = NODE.width + NODE.gapX
  const widest = Math.max(1, ...levels.map((level) => people.filter((p) => generations.get(p.id) === level).length))
  const width = widest * step - NODE.gapX
  let above = new Map<string, number>()
  const nodes = levels.flatMap((level, row) => {
    const line = ordered(people.filter((p) => generations.get(p.id) === level), kinship.links, above)
    const start = (width - (line.length * step - NODE.gapX)) / 2
    const made = line.map((person, i) => ({ person, x: start + i * step, y: row * (NODE.height + NODE.gapY) }))
    above = new Map(made.map((n) => [n.person.id, n.x]))
    return made
  })
  return { nodes, lines: linesOf(nodes, kinship.links), width, height: levels.length * (NODE.height + NODE.gapY) - NODE.gapY }
}

function linesOf(nodes: KinNode[], links: Links): TreeLine[] {
  const at = new Map(nodes.map((n) => [n.person.id, n]))
  return links.flatMap((link): TreeLine[] => {
    const [a, b] = [at.get(link.a), at.get(link.b)]
    if (!a || !b) return []
    if (link.kind === 'parent') return [{ from: [a.x + NODE.width / 2, a.y + NODE.height], to: [b.x + NODE.width / 2, b.y], kind: 'descent', a: link.a, b: link.b }]
    const [left, right] = a.x < b.x ? [a, b] : [b, a]
    return [{ from: [left.x + NODE.width, left.y + NODE.height / 2], to: [right.x, right.y + NODE.height / 2], kind: 'spouse', a: link.a, b: link.b }]
  })
}

/** Without any link the relation codes have to do. */
export function treeOf(members: readonly Member[], kinship: Kinship | undefined): KinTree {
  if (kinship?.links.length) return kinTree(members, kinship)
  const tree: Tree = familyTree(members)
  return { ...tree, nodes: tree.nodes.map((n) => ({ person: { ...n.member, here: true }, x: n.x, y: n.y })) }
}

/** A row a person, generations indented: the same tree for a screen that is as narrow as a hand. */
export const ROW = { width: 340, height: 52, gap: 8, indent: 24 }

/** The rows from the eldest down, who is married next to each other, children below; lines keep to the left edge. */
export function outlineOf(tree: KinTree): KinTree {
  const levels = [...new Set(tree.nodes.map((n) => n.y))].sort((a, b) => a - b)
  const byId = new Map(tree.nodes.map((n) => [n.person.id, n]))
  const next = (kind: TreeLine['kind'], id: string): string[] => tree.lines.filter((l) => l.kind === kind && l.a === id).map((l) => l.b)
  const rows: KinNode[] = []
  const walk = (id: string): void => {
    const node = byId.get(id)
    if (!node || !byId.delete(id)) return
    rows.push({ person: node.person, x: levels.indexOf(node.y) * ROW.indent, y: rows.length * (ROW.height + ROW.gap) })
    const partners = [...next('spouse', id), ...tree.lines.filter((l) => l.kind === 'spouse' && l.b === id).map((l) => l.a)]
    const children = [id, ...partners].flatMap((one) => next('descent', one))
    partners.forEach(walk)
    children.forEach(walk)
  }
  const below = new Set(tree.lines.filter((l) => l.kind === 'descent').map((l) => l.b))
  const sorted = [...tree.nodes].sort((a, b) => a.y - b.y || a.x - b.x).map((n) => n.person.id)
  sorted.filter((id) => !below.has(id)).forEach(walk)
  sorted.forEach(walk)
  const at = new Map(rows.map((n) => [n.person.id, n]))
  const lines = tree.lines.flatMap((line): TreeLine[] => {
    const [a, b] = [at.get(line.a), at.get(line.b)]
    if (!a || !b) return []
    const [upper, lower] = a.y < b.y ? [a, b] : [b, a]
    const from: [number, number] = [upper.x + ROW.indent / 2, upper.y + ROW.height]
    return [{ ...line, from, to: line.kind === 'spouse' ? [from[0], lower.y] : [lower.x, lower.y + ROW.height / 2] }]
  })
  return { nodes: rows, lines, width: ROW.width, height: rows.length * (ROW.height + ROW.gap) - ROW.gap }
}
