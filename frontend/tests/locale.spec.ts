import { expect, test } from 'vitest'
import zh from '@/i18n/common.zh-CN'
import en from '@/i18n/common.en'

type Tree = { [key: string]: string | Tree }
const files = import.meta.glob<{ default: Tree }>('../src/modules/*/locale/*.ts', { eager: true })

function keys(tree: Tree, path = ''): string[] {
  return Object.entries(tree).flatMap(([k, v]) => (typeof v === 'string' ? [`${path}${k}`] : keys(v, `${path}${k}.`))).sort()
}

test('the frame says everything in both languages', () => {
  expect(keys(en as unknown as Tree)).toEqual(keys(zh as unknown as Tree))
})

for (const [path, file] of Object.entries(files)) {
  if (!path.endsWith('zh-CN.ts')) continue
  test(`${path.split('/').at(-3)} says everything in both languages`, () => {
    const other = files[path.replace('zh-CN.ts', 'en.ts')]
    expect(other, 'en.ts is missing').toBeDefined()
    expect(keys(other!.default)).toEqual(keys(file.default))
  })
}
