import { expect, test } from 'vitest'
import { pagesToPdf } from '@/shared/lib/pagesToPdf'

const page = (width: number, height: number, jpeg: string) => ({ width, height, jpeg: new Blob([jpeg], { type: 'image/jpeg' }) })

test('each photograph is a sheet of A4, upright or lying as it is, and goes in byte for byte', async () => {
  const text = await (await pagesToPdf([page(1000, 2000, 'first'), page(2000, 1000, 'second')])).text()
  expect(text).toContain('/Count 2')
  expect([...text.matchAll(/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map((box) => [box[1], box[2]])).toEqual([['595.28', '841.89'], ['841.89', '595.28']])
  expect(text).toMatch(/\/Length 5 >>\nstream\nfirst\nendstream/)
  expect(text).toMatch(/\/Length 6 >>\nstream\nsecond\nendstream/)
})

test('the table at the end says where each object begins', async () => {
  const text = await (await pagesToPdf([page(10, 20, '照'), page(10, 20, 'x')])).text()
  const bytes = new TextEncoder().encode(text)
  const at = (offset: number, length: number): string => new TextDecoder().decode(bytes.slice(offset, offset + length))
  const table = Number(/startxref\n(\d+)/.exec(text)![1])
  expect(at(table, 4)).toBe('xref')
  const offsets = [...text.matchAll(/^(\d{10}) 00000 n $/gm)].map((line) => Number(line[1]))
  expect(offsets.map((offset, n) => at(offset, `${n + 1} 0 obj`.length))).toEqual(offsets.map((_, n) => `${n + 1} 0 obj`))
})
