import { mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { createPinia, setActivePinia } from 'pinia'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n } from '@/i18n'
import LandMap from '@/modules/cockpit/components/LandMap.vue'
import { layout, neighbour, type Cell, type Spot } from '@/modules/cockpit/mapLayout'
import { lines } from '@/modules/cockpit/mapWords'
import { legend, measureOf, strength } from '@/modules/cockpit/measures'

/** Places strewn over about a county, the same each time. */
function strewn(number: number): Spot[] {
  let seed = 7
  const chance = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
  return Array.from({ length: number }, (_, i) => ({ division: String(421202104000 + i), longitude: 114 + chance(), latitude: 29.5 + chance() * 0.7 }))
}
/** Corners of a drawn shape, without the control points of its curves. */
const corners = (path: string): [number, number][] => [...path.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map((m) => [Number(m[1]), Number(m[2])])
const area = (path: string): number => Math.abs(corners(path).reduce((sum, [x, y], i, all) => sum + x * all[(i + 1) % all.length]![1] - all[(i + 1) % all.length]![0] * y, 0)) / 2

describe('the land of an area', () => {
  it.each([1, 2, 3, 14, 1096])('gives each of %i places a cell of its own, and the cells fill the land', (number) => {
    const drawn = layout(strewn(number), 680)
    expect(drawn.cells).toHaveLength(number)
    const sizes = drawn.cells.map((cell) => area(cell.path))
    expect(Math.min(...sizes)).toBeGreaterThan(number > 1000 ? 8 : 400)
    const filled = sizes.reduce((a, b) => a + b, 0) / area(drawn.outline)
    expect(filled).toBeGreaterThan(number > 1000 ? 0.5 : 0.9)
    expect(filled).toBeLessThan(1.03)
    for (const cell of drawn.cells) {
      expect(cell.x).toBeGreaterThan(0)
      expect(cell.x).toBeLessThan(680)
      expect(cell.y).toBeGreaterThan(0)
      expect(cell.y).toBeLessThan(drawn.height)
    }
  })
  it('keeps who lies west and north of whom', () => {
    const at = (longitude: number, latitude: number): Spot => ({ division: `${longitude}`, longitude, latitude })
    const [west, east, north] = layout([at(114, 30), at(115, 30), at(114.5, 31)], 680).cells as [Cell, Cell, Cell]
    expect(west.x).toBeLessThan(east.x)
    expect(north.y).toBeLessThan(west.y)
  })
  it('parts places that were stated at one point, and places in one line', () => {
    const same = Array.from({ length: 4 }, (_, i) => ({ division: String(i), longitude: 114, latitude: 30 }))
    expect(new Set(layout(same, 680).cells.map((c) => c.path)).size).toBe(4)
    const line = Array.from({ length: 5 }, (_, i) => ({ division: String(i), longitude: 114 + i / 10, latitude: 30 }))
    expect(Math.min(...layout(line, 680).cells.map((c) => area(c.path)))).toBeGreaterThan(1000)
  })
  it.each([2, 14, 200])('lets arrow keys reach every one of %i places', (number) => {
    const { cells } = layout(strewn(number), 680)
    const reached = new Set([0])
    for (const from of reached) for (const arrow of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const) reached.add(neighbour(cells, from, arrow))
    expect(reached.size).toBe(number)
  })
})

describe('the words of a cell', () => {
  const room = (width: number, height: number) => (w: number, h: number) => w <= width && h <= height
  it('are name and number where both fit, the name in two lines, the number alone, or none', () => {
    const said = (holds: (w: number, h: number) => boolean): string[] => lines('贺胜桥镇镇', '1,234', 13, holds).map((line) => line.text)
    expect(said(room(100, 60))).toEqual(['贺胜桥镇镇', '1,234'])
    expect(said(room(55, 60))).toEqual(['贺胜桥', '镇镇', '1,234'])
    expect(said(room(50, 20))).toEqual(['1,234'])
    expect(said(room(20, 10))).toEqual([])
  })
})

describe('the legend', () => {
  it('says of each value the colour that it has', () => {
    const measure = measureOf('overdue')
    for (const most of [0, 1, 2, 3, 4, 7, 100]) {
      const keys = legend(measure, most)
      for (let value = 0; value <= most; value += 1) {
        const key = keys.find((one) => {
          const [low, high] = one.text.split('–').map(Number) as [number, number | undefined]
          return value >= low && value <= (high ?? low)
        })
        expect([most, value, key?.strength]).toEqual([most, value, strength(value, most)])
      }
    }
  })
})

describe('the map', () => {
  beforeEach(() => setActivePinia(createPinia()))
  it('is one stop of the Tab key, moves by arrow keys and names place, figure and value', async () => {
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:path(.*)*', component: { template: '<i />' } }] })
    const centres = [
      { division: '421202104', name: '贺胜桥镇', longitude: 114.4, latitude: 30.04, source: 'stated' as const },
      { division: '421202107', name: '桂花镇', longitude: 114.41, latitude: 29.7, source: 'computed' as const },
    ]
    const places = [{ division: '421202104', name: '贺胜桥镇', value: 3, strength: 4 }, { division: '421202107', name: '桂花镇', value: null, strength: null }]
    const map = mount(LandMap, { props: { places, centres, measure: measureOf('overdue'), most: 3, to: (code: string) => `/cockpit?division=${code}` }, global: { plugins: [i18n, router] }, attachTo: document.body })
    const links = map.findAll('svg a')
    expect(links.map((one) => one.attributes('tabindex'))).toEqual(['0', '-1'])
    expect(links.map((one) => one.attributes('aria-label'))).toEqual(['贺胜桥镇 3，超期', '桂花镇 暂无，超期，位置未录入'])
    expect(links[1]!.attributes('href')).toBe('/cockpit?division=421202107')
    await map.find('svg').trigger('keydown', { key: 'ArrowDown' })
    expect(links.map((one) => one.attributes('tabindex'))).toEqual(['-1', '0'])
    await links[1]!.trigger('click')
    expect(map.emitted('open')).toEqual([['421202107']])
    map.unmount()
  })
})
