/**
 * A village drawn from coordinates alone: a plain projection to metres, the outline of each grid, a scale bar.
 *
 * Within a village the earth is flat enough: one degree of latitude is 111.32 km, one of longitude less by the cosine.
 */
import type { MapDwelling } from './placesApi'

export interface Point {
  x: number
  y: number
}

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

const METRES_PER_DEGREE = 111_320
const MARGIN = 60
/** Width to height of the drawing; the view keeps it, so that a share of the screen is a share of the view. */
export const ASPECT = 4 / 3

interface Middle {
  lon: number
  lat: number
  /** Metres of a degree of longitude. */
  wide: number
}

function middleOf(dwellings: readonly MapDwelling[]): Middle | null {
  if (!dwellings.length) return null
  const mean = (of: (d: MapDwelling) => number): number => dwellings.reduce((sum, d) => sum + of(d), 0) / dwellings.length
  const [lon, lat] = [mean((d) => d.longitude), mean((d) => d.latitude)]
  return { lon, lat, wide: METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180) }
}

/** Metres from the middle of the village; y grows to the south as on the screen. */
export function project(dwellings: readonly MapDwelling[]): Map<string, Point> {
  const middle = middleOf(dwellings)
  if (!middle) return new Map()
  return new Map(dwellings.map((d) => [d.id, { x: (d.longitude - middle.lon) * middle.wide, y: (middle.lat - d.latitude) * METRES_PER_DEGREE }]))
}

/** The coordinates of a point of the drawing, to about a metre; null where nothing has a place to measure from. */
export function coordinatesOf(dwellings: readonly MapDwelling[], point: Point): { longitude: number; latitude: number } | null {
  const middle = middleOf(dwellings)
  const rounded = (degrees: number): number => Math.round(degrees * 1e5) / 1e5
  return middle && { longitude: rounded(middle.lon + point.x / middle.wide), latitude: rounded(middle.lat - point.y / METRES_PER_DEGREE) }
}

export function boxOf(points: Iterable<Point>): Box {
  const all = [...points]
  if (!all.length) return { x: -500, y: -375, width: 1000, height: 1000 / ASPECT }
  const xs = all.map((p) => p.x)
  const ys = all.map((p) => p.y)
  const [x, y] = [Math.min(...xs) - MARGIN, Math.min(...ys) - MARGIN]
  const [width, height] = [Math.max(...xs) + MARGIN - x, Math.max(...ys) + MARGIN - y]
  const [wide, high] = [Math.max(width, height * ASPECT), Math.max(height, width / ASPECT)]
  return { x: x - (wide - width) / 2, y: y - (high - height) / 2, width: wide, height: high }
}

/** The outline of a grid: the convex hull of its dwellings (Andrew's monotone chain). */
export function hull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y)
  if (sorted.length < 3) return sorted
  const turn = (o: Point, a: Point, b: Point): number => (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x)
  const half = (line: Point[]): Point[] => {
    const made: Point[] = []
    for (const point of line) {
      for (let a = made.at(-2), b = made.at(-1); a && b && turn(a, b, point) <= 0; a = made.at(-2), b = made.at(-1)) made.pop()
      made.push(point)
    }
    return made.slice(0, -1)
  }
  return [...half(sorted), ...half(sorted.reverse())]
}

/** The nearest place in a direction, up to some 63° aside of it; what lies aside counts more than what lies ahead. */
export function neighbour(from: string, places: readonly { id: string; at: Point | undefined }[], towards: Point): string | undefined {
  const here = places.find((p) => p.id === from)?.at
  if (!here) return undefined
  const ahead = places.flatMap(({ id, at }) => {
    if (!at || id === from) return []
    const [dx, dy] = [at.x - here.x, at.y - here.y]
    const forward = dx * towards.x + dy * towards.y
    const aside = Math.abs(dx * towards.y) + Math.abs(dy * towards.x)
    return forward * 2 > aside ? [{ id, far: forward + 2 * aside }] : []
  })
  return ahead.sort((a, b) => a.far - b.far)[0]?.id
}

export function zoomed(box: Box, factor: number, around: Point = { x: box.x + box.width / 2, y: box.y + box.height / 2 }): Box {
  return { x: around.x - (around.x - box.x) * factor, y: around.y - (around.y - box.y) * factor, width: box.width * factor, height: box.height * factor }
}

export const moved = (box: Box, dx: number, dy: number): Box => ({ ...box, x: box.x + dx * box.width, y: box.y + dy * box.height })

/** A round length of about a fifth of the width: 50 m, 100 m, 200 m, 500 m, 1 km… */
export function scaleBar(width: number): number {
  const wanted = width / 5
  const power = 10 ** Math.floor(Math.log10(wanted))
  return [5, 2, 1].map((n) => n * power).find((n) => n <= wanted) ?? power
}
