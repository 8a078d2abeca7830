/**
 * Places the members of a household in generations around the head, from the relation codes of GB/T 4761.
 *
 * The first digit of a code tells the generation: 5 parents, 6 grandparents, 0/1/7 the head's own, 2/3 children, 4 grandchildren.
 */
import type { Member } from './api'

export interface TreeNode {
  member: Member
  x: number
  y: number
}

export interface TreeLine {
  from: [number, number]
  to: [number, number]
  kind: 'spouse' | 'descent'
  /** Whom it leads from and to: parent and child, or the two who are married. */
  a: string
  b: string
}

export interface Tree {
  nodes: TreeNode[]
  lines: TreeLine[]
  width: number
  height: number
}

export const NODE = { width: 132, height: 74, gapX: 24, gapY: 52 }

const GENERATION: Record<string, number> = { '6': -2, '5': -1, '0': 0, '1': 0, '7': 0, '2': 1, '3': 1, '4': 2, '8': 0, '9': 0 }
const IN_LAW = /^(28|38|45|46)$/
const UNCLES = /^8[1-9]|^90/

export function generationOf(relation: string | null | undefined): number {
  if (!relation) return 0
  if (UNCLES.test(relation)) return -1
  if (/^9[3-6]/.test(relation)) return 1
  return GENERATION[relation[0] ?? '0'] ?? 0
}

const isHead = (m: Member): boolean => m.relation === '02' || m.relation === '01'
const isSpouse = (m: Member): boolean => m.relation?.startsWith('1') ?? false

/** Children in law stand beside the children, the head first and the spouse beside. */
function rank(m: Member): number {
  if (isHead(m)) return 0
  if (isSpouse(m)) return 1
  return 2 + Number(m.relation ?? 99) / 100
}

export function familyTree(members: readonly Member[]): Tree {
  const generations = new Map<number, Member[]>()
  for (const member of members) {
    const g = generationOf(member.relation)
    generations.set(g, [...(generations.get(g) ?? []), member])
  }
  const levels = [...generations.keys()].sort((a, b) => a - b)
  const widest = Math.max(1, ...[...generations.values()].map((g) => g.length))
  const step = NODE.width + NODE.gapX
  const width = widest * step - NODE.gapX
  const nodes = levels.flatMap((level, row) => {
    const line = [...(generations.get(level) ?? [])].sort((a, b) => rank(a) - rank(b))
    const start = (width - (line.length * step - NODE.gapX)) / 2
    return line.map((member, i) => ({ member, x: start + i * step, y: row * (NODE.height + NODE.gapY) }))
  })
  return { nodes, lines: linesOf(nodes), width, height: levels.length * (NODE.height + NODE.gapY) - NODE.gapY }
}

function linesOf(nodes: TreeNode[]): TreeLine[] {
  const head = nodes.find((n) => isHead(n.member))
  if (!head) return []
  const middle = head.x + NODE.width / 2
  const children = nodes.filter((n) => /^[23]/.test(n.member.relation ?? '') && !IN_LAW.test(n.member.relation ?? ''))
  // Grandchildren hang below their parent only where there is no doubt whose they are.
  const parent = children.length === 1 ? children[0] : undefined
  return nodes.flatMap((node): TreeLine[] => {
    const relation = node.member.relation ?? ''
    const x = node.x + NODE.width / 2
    if (isSpouse(node.member))
      return [{ from: [head.x + NODE.width, head.y + NODE.height / 2], to: [node.x, node.y + NODE.height / 2], kind: 'spouse', a: head.member.id, b: node.member.id }]
    // In-laws join through marriage: no line of descent from the head.
    if (IN_LAW.test(relation)) return []
    if (/^[23]/.test(relation)) return [{ from: [middle, head.y + NODE.height], to: [x, node.y], kind: 'descent', a: head.member.id, b: node.member.id }]
    if (/^4/.test(relation) && parent) return [{ from: [parent.x + NODE.width / 2, parent.y + NODE.height], to: [x, node.y], kind: 'descent', a: parent.member.id, b: node.member.id }]
    if (/^5/.test(relation)) return [{ from: [x, node.y + NODE.height], to: [middle, head.y], kind: 'descent', a: node.member.id, b: head.member.id }]
    return []
  })
}
