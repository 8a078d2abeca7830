/** Administration: how rules are read, posts are typed and the ledger is filtered. */
import { expect, test } from 'vitest'
import { browserOf } from '@/modules/admin/browsers'
import { asPost, emptyPost, initialPassword } from '@/modules/admin/postDraft'
import { isPlain, isVoid, namedEntries, allNames, restOf, type Json } from '@/modules/admin/profileNode'
import { asQuery, filtersFrom, isId } from '@/modules/ledger/filter'

test('a limit, a share and a text of two languages are said in one line', () => {
  const lines: Json[] = [{ number: 5, unit: 'working_day' }, { at_least: '2/3', of: 'eligible' }, { zh: '受理', en: 'accept' }, 3, 'x', null]
  for (const plain of lines) expect(isPlain(plain)).toBe(true)
  expect(isPlain({ zh: '受理', en: 'accept', note: '' })).toBe(false)
})

test('lists and tables by code stand under their names, without what was removed', () => {
  const name = { zh: '证明', en: 'certificate' }
  expect(namedEntries({ births: { name }, alive: null })?.map((e) => e.key)).toEqual(['births'])
  expect(namedEntries([{ code: 'a', name }, { code: 'b', title: name }])).toHaveLength(2)
  expect(namedEntries({ amber_days: 3 })).toBeNull()
  expect(restOf({ name, code: 'a', standing: 'law', basis: null, keywords: [], role: 'clerk' })).toEqual([['role', 'clerk']])
  expect(isVoid([])).toBe(true)
  expect(allNames({ disclosure: { categories: [{ code: 'party', name }] }, step_sets: { at_once: { name, steps: [{ code: 'handle', name }] } } })).toEqual({ party: name, at_once: name, handle: name })
})

test('a post is sent with its counties and divisions; the system administrator has none', () => {
  const draft = { ...emptyPost('421202'), divisions: '421202104221，421202104222 421202104223', title: '窗口', department: '民政局' }
  expect(asPost(draft)).toEqual({ role: 'clerk', tenants: ['421202'], divisions: ['421202104221', '421202104222', '421202104223'], title: '窗口' })
  expect(asPost({ ...draft, role: 'department_officer' }).department).toBe('民政局')
  expect(asPost({ ...draft, role: 'system_admin' })).toMatchObject({ tenants: ['*'], divisions: [] })
})

test('an initial password satisfies the rules of passwords and is never the same', () => {
  const made = Array.from({ length: 50 }, initialPassword)
  expect(new Set(made).size).toBe(50)
  for (const p of made) expect([/[a-z]/, /\d/, /[^\w]/].every((r) => r.test(p)) && p.length >= 10, p).toBe(true)
})

test('a browser is named in two words', () => {
  expect(browserOf('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0')).toBe('Edge · Windows')
  expect(browserOf('python-httpx/0.28')).toBe('python-httpx/0.28')
})

test('the last day of a filter is meant whole, across the end of a year', () => {
  expect(asQuery({ from: '2026-12-01', to: '2026-12-31', action: 'resident.read' })).toEqual({ from: '2026-12-01T00:00:00+08:00', to: '2027-01-01T00:00:00+08:00', action: 'resident.read' })
  expect(asQuery({ from: 'yesterday' })).toEqual({})
})

test('only known filters are taken from an address', () => {
  expect(filtersFrom({ person: 'x', entry: '7', action: ['a', 'b'], to: '' })).toEqual({ person: 'x' })
  expect(isId('01a20197-aa8e-7050-afeb-016b32ae889d')).toBe(true)
  expect(isId('421202194306110023')).toBe(false)
})
