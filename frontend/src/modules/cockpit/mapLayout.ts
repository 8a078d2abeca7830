/**
 * The land of an area, drawn from nothing but one point for each place in it: to whom a spot is nearest, its cell it belongs to, and all
 * cells lie within the rounded outline of the points. Such borders are no boundaries of divisions, and the screen says so.
 */
import { Delaunay } from 'd3-delaunay'

export type Point = [number, number]
export interface Spot {
  division: string
  longitude: number
  latitude: number
}
export interface Cell {
  division: string
  /** Where its words stand. */
  x: number
  y: number
  path: string
  /** Whether a box of this size around its middle lies within it. */
  holds: (width: number, height: number) => boolean
}
export interface Layout {
  height: number
  outline: string
  cells: Cell[]
}

const MARGIN = 8
const LOWEST = 0.45
/** The outline keeps this part of the usual distance between neighbours from the outermost points. */
const AROUND = 0.62
const CIRCLE = 24
/** Steps in which points move half way to the middle of their cells: crowded places get room, neighbours stay neighbours. */
const EVENED = 3
const CORNER = 5

const degrees = Math.PI / 180
const at = <T>(list: readonly T[], i: number): T => list[(i + list.length) % list.length]!

/** `tallest`: how high the drawing may be, as a part of its width. */
export function layout(spots: readonly Spot[], width: number, tallest = 0.8): Layout {
  if (!spots.length) return { height: width * LOWEST, outline: '', cells: [] }
  const flat = apart(projected(spots))
  const rim = AROUND * usualDistance(flat)
  const land = rounded(flat, rim)
  const [left, top, right, bottom] = bounds(land)
  const inner = width - 2 * MARGIN
  const height = Math.min(tallest, Math.max(LOWEST, (bottom - top) / (right - left))) * inner + 2 * MARGIN
  const scale = Math.min(inner / (right - left), (height - 2 * MARGIN) / (bottom - top))
  const place = ([x, y]: Point): Point => [width / 2 + (x - (left + right) / 2) * scale, height / 2 + (y - (top + bottom) / 2) * scale]
  const outline = land.map(place)
  const shapes = evened(flat.map(place), outline)
  return {
    height,
    outline: pathOf(outline),
    cells: shapes.map((shape, i) => {
      const [x, y] = middle(shape)
      return { division: spots[i]!.division, x, y, path: pathOf(shape), holds: (w: number, h: number) => corners(x, y, w, h).every((corner) => inside(shape, corner)) }
    }),
  }
}

function projected(spots: readonly Spot[]): Point[] {
  const narrow = Math.cos((spots.reduce((sum, s) => sum + s.latitude, 0) / spots.length) * degrees)
  return spots.map((s) => [s.longitude * narrow, -s.latitude])
}

/** Two places at one point would share a cell: the later one steps aside by a hair. */
function apart(points: readonly Point[]): Point[] {
  const [left, top, right, bottom] = bounds(points)
  const hair = Math.max(right - left, bottom - top, 0.001) / 500
  const taken = new Set<string>()
  return points.map((point) => {
    let [x, y] = point
    for (let turn = 0; taken.has(`${Math.round(x / hair)}:${Math.round(y / hair)}`); turn += 1) {
      x = point[0] + hair * Math.sqrt(turn + 1) * 2 * Math.cos(turn * 2.4)
      y = point[1] + hair * Math.sqrt(turn + 1) * 2 * Math.sin(turn * 2.4)
    }
    taken.add(`${Math.round(x / hair)}:${Math.round(y / hair)}`)
    return [x, y]
  })
}

function usualDistance(points: readonly Point[]): number {
  if (points.length < 2) return 1
  const web = Delaunay.from(points)
  const nearest = points.map(([x, y], i) => Math.min(...[...web.neighbors(i)].map((j) => Math.hypot(x - points[j]![0], y - points[j]![1])))).filter(Number.isFinite)
  nearest.sort((a, b) => a - b)
  return nearest[Math.floor(nearest.length * 0.6)] ?? 1
}

function bounds(points: readonly Point[]): [number, number, number, number] {
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

/** The hull of circles around all points: convex, without corners. */
function rounded(points: readonly Point[], radius: number): Point[] {
  const around = points.flatMap(([x, y]) => Array.from({ length: CIRCLE }, (_, i): Point => [x + radius * Math.cos((i / CIRCLE) * 2 * Math.PI), y + radius * Math.sin((i / CIRCLE) * 2 * Math.PI)]))
  return hull(around)
}

const turn = (a: Point, b: Point, c: Point): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

function hull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const half = (list: readonly Point[]): Point[] => {
    const kept: Point[] = []
    for (const point of list) {
      while (kept.length > 1 && turn(kept[kept.length - 2]!, kept[kept.length - 1]!, point) <= 0) kept.pop()
      kept.push(point)
    }
    return kept.slice(0, -1)
  }
  return [...half(sorted), ...half(sorted.reverse())]
}

/** The cells of the points within the land, after the points moved towards the middles of their cells. */
function evened(points: readonly Point[], land: readonly Point[]): Point[][] {
  let now = points
  for (let step = 0; step < EVENED; step += 1) {
    const shapes = cells(now, land)
    now = now.map(([x, y], i) => {
      const [mx, my] = middle(shapes[i]!)
      return [(x + mx) / 2, (y + my) / 2]
    })
  }
  return cells(now, land)
}

function cells(points: readonly Point[], land: readonly Point[]): Point[][] {
  const voronoi = Delaunay.from(points).voronoi(bounds(land))
  return points.map((point, i) => {
    const cell = (voronoi.cellPolygon(i) as Point[] | null)?.slice(0, -1) ?? []
    const shape = clipped(cell, land)
    return shape.length > 2 ? shape : corners(point[0], point[1], 1, 1)
  })
}

/** What of a shape lies within a convex one whose corners go round the same way as a hull's. */
function clipped(shape: readonly Point[], within: readonly Point[]): Point[] {
  let left = [...shape]
  within.forEach((a, i) => {
    const b = at(within, i + 1)
    const before = left
    left = []
    before.forEach((p, n) => {
      const q = at(before, n + 1)
      const [dp, dq] = [turn(a, b, p), turn(a, b, q)]
      if (dp >= 0) left.push(p)
      if (dp >= 0 !== dq >= 0) left.push([p[0] + ((q[0] - p[0]) * dp) / (dp - dq), p[1] + ((q[1] - p[1]) * dp) / (dp - dq)])
    })
  })
  return left
}

function middle(shape: readonly Point[]): Point {
  let [area, x, y] = [0, 0, 0]
  shape.forEach((p, i) => {
    const q = at(shape, i + 1)
    const cross = p[0] * q[1] - q[0] * p[1]
    area += cross
    x += (p[0] + q[0]) * cross
    y += (p[1] + q[1]) * cross
  })
  return Math.abs(area) > 1e-12 ? [x / (3 * area), y / (3 * area)] : shape[0]!
}

const corners = (x: number, y: number, w: number, h: number): Point[] => [[x - w / 2, y - h / 2], [x + w / 2, y - h / 2], [x + w / 2, y + h / 2], [x - w / 2, y + h / 2]]

function inside(shape: readonly Point[], point: Point): boolean {
  const sides = shape.map((p, i) => turn(p, at(shape, i + 1), point))
  return sides.every((side) => side >= 0) || sides.every((side) => side <= 0)
}

/** A shape with its corners rounded. */
function pathOf(shape: readonly Point[]): string {
  const number = (n: number): string => n.toFixed(1)
  const towards = (from: Point, to: Point): string => {
    const long = Math.hypot(to[0] - from[0], to[1] - from[1])
    const share = Math.min(CORNER, long / 2) / (long || 1)
    return `${number(from[0] + (to[0] - from[0]) * share)} ${number(from[1] + (to[1] - from[1]) * share)}`
  }
  const steps = shape.map((p, i) => `${i ? 'L' : 'M'}${towards(p, at(shape, i - 1))}Q${number(p[0])} ${number(p[1])} ${towards(p, at(shape, i + 1))}`)
  return shape.length ? `${steps.join('')}Z` : ''
}

type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown'
const WAYS: Record<Arrow, Point> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
export const isArrow = (key: string): key is Arrow => key in WAYS

/** The nearest cell that way; what lies aside counts as farther off. The same one where there is none. */
export function neighbour(cells: readonly Cell[], from: number, arrow: Arrow): number {
  const [dx, dy] = WAYS[arrow]
  const here = cells[from]
  let [best, least] = [from, Infinity]
  cells.forEach((cell, i) => {
    if (!here || i === from) return
    const [x, y] = [cell.x - here.x, cell.y - here.y]
    const ahead = x * dx + y * dy
    const aside = Math.abs(x * dy) + Math.abs(y * dx)
    const far = ahead + 2 * aside
    if (ahead > 0.5 && aside <= 2 * ahead && far < least) [best, least] = [i, far]
  })
  return best
}
