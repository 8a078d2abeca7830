/** Somebody who has the database changes one bit of an entry: the supervisor's browser finds it and names it. */
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { python } from '../support/paths'
import { HUAPING, Person } from '../support/people'
import { look, nothingFound } from '../support/screens'

const CHANGE_BYTE = fileURLToPath(new URL('../support/change_byte.py', import.meta.url))

let browser: Browser
let supervisor: Person
let index = 0
beforeAll(async () => {
  browser = await openBrowser()
  supervisor = await Person.signedIn(browser, HUAPING.account('supervisor'))
  const answer = await supervisor.api('GET', `/api/supervision/v1/ledger/${HUAPING.tenant}/entries?limit=50`)
  const { items } = (await answer.json()) as { items: { index: number; signed: boolean }[] }
  index = items.filter((entry) => entry.signed).at(-1)!.index
})
afterAll(async () => browser?.close())

const changeByte = (): string => python([CHANGE_BYTE, inject('dataFolder'), HUAPING.tenant, String(index)])

describe.skipIf(!process.env.LINLI_DATA)('a changed bit in the database', () => {
  it('is not there at first', async () => {
    await supervisor.page.goto(`/ledger?entry=${index}`)
    await supervisor.page.getByText('这一条确在账本中，未被改动。').waitFor()
  })

  it('is found by the browser, which names the entry and what does not agree', async () => {
    const { page } = supervisor
    changeByte()
    try {
      await page.goto(`/ledger?entry=${index}`)
      const panel = page.getByRole('dialog', { name: `第 ${index} 条` })
      await panel.getByText('验算不通过：这条记录或账本有问题。').waitFor()
      await panel.getByText('条目原文与登记的指纹不符：原文被改动').waitFor()
      await look(page, 'ledger-changed')
      expect(() => python(['-m', 'linli_launcher', 'verify-ledger', '--data', inject('dataFolder'), '--tenant', HUAPING.tenant])).toThrow(new RegExp(`(entry|条目) ?${index}\\b`))
    } finally {
      changeByte()
    }
  })

  it('is gone when it is changed back', async () => {
    await supervisor.page.goto(`/ledger?entry=${index}`)
    await supervisor.page.getByText('这一条确在账本中，未被改动。').waitFor()
  })

  it('finds nothing to better on the way', nothingFound)
})
