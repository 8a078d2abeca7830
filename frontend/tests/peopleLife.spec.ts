import { describe, expect, it } from 'vitest'
import { commandOf, emptyForm, EVENT_KINDS } from '@/modules/people/events'
import { generationsOf, kinTree, outlineOf, type Kin } from '@/modules/people/kinTree'
import type { Member } from '@/modules/people/api'
import type { Kinship } from '@/modules/people/lifeApi'
import en from '@/modules/people/locale/en'
import zh from '@/modules/people/locale/zh-CN'
import type { MapDwelling } from '@/modules/people/placesApi'
import { changesOf, emptyPerson, newPerson } from '@/modules/people/personForm'
import { boxOf, coordinatesOf, hull, moved, neighbour, project, scaleBar, zoomed } from '@/modules/people/villageMap'

const member = (id: string, relation: string, birth = '1980-01-01'): Member => ({ id, name: id, relation, birth_date: birth, alive: true, sex: '1' }) as Member
const parent = (a: string, b: string): Kinship['links'][number] => ({ kind: 'parent', a, b })
const spouse = (a: string, b: string): Kinship['links'][number] => ({ kind: 'spouse', a, b })

describe('the family tree from kinship', () => {
  const members = [member('head', '02'), member('wife', '12'), member('child', '97', '2010-01-01')]
  const relatives = [{ ...member('mother', ''), relation: null } as unknown as Kinship['relatives'][number]]
  const kinship: Kinship = { relatives, links: [spouse('head', 'wife'), parent('wife', 'child'), parent('mother', 'wife')] }

  it('puts generations by links, whatever the relation code says', () => {
    const people = [...members.map((m) => ({ ...m, here: true })), ...relatives.map((r) => ({ ...r, here: false }))] as Kin[]
    expect(Object.fromEntries(generationsOf(people, kinship.links))).toEqual({ head: 0, wife: 0, child: 1, mother: -1 })
  })
  it('draws every link once, couples side by side, relatives marked as living elsewhere', () => {
    const tree = kinTree(members, kinship)
    expect(tree.lines.map((l) => l.kind).sort()).toEqual(['descent', 'descent', 'spouse'])
    expect(tree.nodes.find((n) => n.person.id === 'mother')?.person.here).toBe(false)
    const [a, b] = ['head', 'wife'].map((id) => tree.nodes.find((n) => n.person.id === id))
    expect(a?.y).toBe(b?.y)
  })
  it('stands on a phone as rows: everybody once, couples together, children further in', () => {
    const rows = outlineOf(kinTree(members, kinship)).nodes
    expect(rows.map((n) => n.person.id)).toEqual(['mother', 'wife', 'head', 'child'])
    expect(rows.map((n) => n.x)).toEqual([0, 24, 24, 48])
    expect(new Set(rows.map((n) => n.y)).size).toBe(4)
  })
})

describe('life events as forms', () => {
  it('has words in both languages for every kind', () => {
    for (const words of [zh, en]) for (const kind of EVENT_KINDS) expect(words.life.kind[kind as keyof typeof words.life.kind], kind).toBeTruthy()
  })
  it('sends a birth with a new person and its parents', () => {
    const begun = emptyForm('2026-11-20', 'birth')
    const form = { ...begun, fresh: { ...begun.fresh, name: ' 周一 ', sex: '1' }, parents: ['m', 'f'], evidence: '出生证 1\n\n' }
    expect(commandOf('birth', form)).toEqual({ kind: 'birth', date: '2026-11-20', source: 'window', evidence: ['出生证 1'], resident: { name: '周一', sex: '1', document_kind: 'none' }, parents: ['m', 'f'] })
  })
  it('registers a spouse with a passport', () => {
    const fresh = { ...emptyPerson(), name: '安娜', sex: '2', birth_date: '1990-01-01', document_kind: 'passport', identity_number: 'E12345678' }
    const body = commandOf('marriage_in', { ...emptyForm('2026-11-20'), fresh, spouse: 's' })
    expect(body.resident).toEqual({ name: '安娜', sex: '2', birth_date: '1990-01-01', document_kind: 'passport', identity_number: 'E12345678' })
  })
  it('names who is registered already as a member who moves in', () => {
    const body = commandOf('move_in', { ...emptyForm('2026-11-20'), isNew: false, person: 'p' })
    expect([body.members, body.resident_id, body.resident]).toEqual([['p'], undefined, undefined])
  })
  it('does not list the head of the new household among its members', () => {
    const body = commandOf('split', { ...emptyForm('2026-11-20'), members: ['a', 'b'], newHead: 'a', remainingHead: 'c' })
    expect([body.members, body.new_head_id, body.remaining_head_id]).toEqual([['b'], 'a', 'c'])
  })
})

describe('a person as a form', () => {
  it('sends what changed and nothing else; null empties', () => {
    const before = { ...emptyPerson(), name: '周一', education: '70', presence: 'registered_here' }
    const form = { ...before, name: ' 周壹 ', education: '', phone: '13800001111', clear: ['bank_account'] }
    expect(changesOf(form, before)).toEqual({ name: '周壹', education: null, phone: '13800001111', bank_account: null })
    expect(changesOf(before, before)).toEqual({})
  })
  it('registers with what was given; the number tells its document', () => {
    expect(newPerson({ ...emptyPerson(), name: '周一', identity_number: '42122119900101001X' })).toEqual({ name: '周一', document_kind: 'resident_id', identity_number: '42122119900101001X', presence: 'registered_here' })
    expect(newPerson({ ...emptyPerson(), name: '无证人', sex: '1', identity_number: '4', document_kind: 'none' })).toEqual({ name: '无证人', sex: '1', document_kind: 'none', presence: 'registered_here' })
  })
  it('never turns a document without its number into no papers', () => {
    expect(newPerson({ ...emptyPerson(), name: '周一', sex: '1' })).toEqual({ name: '周一', sex: '1', document_kind: 'resident_id', presence: 'registered_here' })
  })
})

describe('the village map', () => {
  const house = (id: string, longitude: number, latitude: number): MapDwelling => ({ id, longitude, latitude }) as MapDwelling
  it('measures in metres, north up', () => {
    const points = project([house('s', 114.3, 29.9), house('n', 114.3, 29.901)])
    expect((points.get('s')?.y ?? 0) - (points.get('n')?.y ?? 0)).toBeCloseTo(111.32, 1)
  })
  it('tells the coordinates of a point as they were drawn', () => {
    const houses = [house('s', 114.3, 29.9), house('n', 114.302, 29.901)]
    expect(coordinatesOf(houses, project(houses).get('n') ?? { x: 0, y: 0 })).toEqual({ longitude: 114.302, latitude: 29.901 })
    expect(coordinatesOf([], { x: 0, y: 0 })).toBeNull()
  })
  it('outlines a grid by its outermost houses', () => {
    const inside = { x: 1, y: 1 }
    expect(hull([{ x: 0, y: 0 }, { x: 2, y: 0 }, { x: 2, y: 2 }, { x: 0, y: 2 }, inside])).not.toContainEqual(inside)
  })
  it('keeps the middle when it zooms and shifts by a share of the view', () => {
    const box = { x: 0, y: 0, width: 100, height: 50 }
    expect(zoomed(box, 0.5)).toEqual({ x: 25, y: 12.5, width: 50, height: 25 })
    expect(moved(box, 0.1, 0).x).toBe(10)
    expect(boxOf([]).width).toBe(1000)
  })
  it('shows a round length', () => {
    expect([scaleBar(1000), scaleBar(340), scaleBar(5200)]).toEqual([200, 50, 1000])
  })
})

describe('the way from dwelling to dwelling by arrows', () => {
  const places = [
    { id: 'here', at: { x: 0, y: 0 } },
    { id: 'near east', at: { x: 10, y: 2 } },
    { id: 'far east', at: { x: 30, y: 0 } },
    { id: 'north', at: { x: 3, y: -20 } },
    { id: 'nowhere', at: undefined },
  ]
  it('leads to the nearest in that direction, and nowhere where there is none', () => {
    expect(neighbour('here', places, { x: 1, y: 0 })).toBe('near east')
    expect(neighbour('near east', places, { x: 1, y: 0 })).toBe('far east')
    expect(neighbour('here', places, { x: 0, y: -1 })).toBe('north')
    expect(neighbour('here', places, { x: 0, y: 1 })).toBeUndefined()
    expect(neighbour('nowhere', places, { x: 1, y: 0 })).toBeUndefined()
  })
})
