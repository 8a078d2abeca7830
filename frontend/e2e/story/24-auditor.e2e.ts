/**
 * An auditor of the prefecture follows one certificate from request to rating: found by its number, told in words, every entry proven in
 * the browser, and taken away as a paper and a file that the stand-alone command checks.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { certificateToSeal, rateByReceipt } from '../support/behind'
import { openBrowser } from '../support/browser'
import { command, readCase } from '../support/cases'
import { fill, work } from '../support/keyboard'
import { readPaper } from '../support/papers'
import { python, resultsFolder } from '../support/paths'
import { HUAPING, Person, behind } from '../support/people'
import { look, nothingFound } from '../support/screens'
import { approveSeal, requestSeal, sealTogether } from '../support/seals'

/** From the request to the rating, as the time line says it. */
const WAY = ['开办件', '受理', '通过环节', '作出决定', '申请用印', '同意用印', '到场开启印章', '签名用印', '印章已封存', '送达', '评价']

/** Every look is an entry, too. */
const LOOK_AGAIN_MS = 1000

let browser: Browser
let page: Page
let number = ''
const clerk = behind(HUAPING.account('clerk'))

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(async () => browser?.close())

async function certificate(): Promise<void> {
  const id = await certificateToSeal(HUAPING, '邓惠兰')
  const use = await requestSeal(HUAPING, id)
  await approveSeal(HUAPING, use)
  await sealTogether(HUAPING, use)
  const paper = async () => (await readCase(clerk, id)).documents.find((one) => one.kind === 'residence_certificate') as unknown as { state: string; number: string }
  await expect.poll(async () => (await paper()).state, { interval: LOOK_AGAIN_MS }).toBe('sealed')
  number = (await paper()).number
  await command(clerk, id, 'deliver', { channel: 'window' })
  await rateByReceipt(browser, HUAPING, id, '非常满意', 'auditor')
}

const acts = (): Promise<string[]> => page.locator('.what b').allInnerTexts()

/** Works a button that saves a file; returns where it was saved. */
async function saved(name: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent('download'), work(page, page.getByRole('button', { name }))])
  const path = `${resultsFolder('downloads')}${file.suggestedFilename()}`
  await file.saveAs(path)
  return path
}

describe('an auditor', () => {
  it('comes to a village where a certificate was asked for, sealed, delivered and rated', async () => {
    await certificate()
    page = (await Person.signedIn(browser, HUAPING.account('auditor'))).page
  })

  it('finds a certificate by its number and reads its way in words', async () => {
    await page.goto('/ledger')
    await page.getByRole('row').nth(1).waitFor()
    await work(page, page.getByRole('link', { name: '时间线' }))
    await page.getByRole('heading', { level: 1, name: '时间线' }).waitFor()
    await fill(page, page.getByLabel('办件编号或证明文号'), number)
    await page.keyboard.press('Enter')
    // The rating's entry is the last to come.
    await expect
      .poll(
        async () => {
          await page.reload()
          await page.locator('.what').first().waitFor()
          return acts()
        },
        { interval: LOOK_AGAIN_MS },
      )
      .toEqual(expect.arrayContaining(WAY))
    const way = (await acts()).reverse()
    const places = WAY.map((act) => way.indexOf(act))
    expect(places, way.join(' ')).toEqual([...places].sort((a, b) => a - b))
    expect(way.filter((act) => act === '签名用印')).toHaveLength(3)
    expect(way.filter((act) => /[a-z]+[.-][a-z]/.test(act)), 'acts that are codes').toEqual([])
    const said = (await page.locator('.entry').allInnerTexts()).join('\n')
    expect(said, 'outcomes that are codes').not.toMatch(/approved|pass|refused/)
  })

  it('has every entry proven by the browser itself', async () => {
    await work(page, page.getByRole('button', { name: '逐条验算' }))
    await page.getByText(/条全部验算通过/).waitFor()
    expect(await page.locator('.mark.proven').count()).toBe((await acts()).length)
    await look(page, 'auditor-certificate')
  })

  it('takes an entry away as a paper in words and as a file that checks without the system', async () => {
    await work(page, page.locator('.what').filter({ hasText: '印章已封存' }))
    await page.getByText('这一条确在账本中，未被改动。').waitFor()
    await look(page, 'auditor-sealed-entry')
    const paper = readPaper(readFileSync(await saved('打印摘录')))
    expect(paper.text).toContain('印章已封存')
    expect(paper.text.split('二、条目原文')[0]).not.toMatch(/seal-use|service|\bok\b/)
    const file = await saved('摘录文件')
    const { log } = JSON.parse(readFileSync(file, 'utf8')) as { log: { verifier_key: string } }
    expect(python(['-m', 'linli_supervision.verify', '--extract', file, '--key', log.verifier_key])).toMatch(/完整|sound/)
  })

  it('sees nobody’s whole number on the way', async () => {
    expect(await page.locator('body').innerText()).not.toMatch(/\d{17}[\dX]/)
  })

  it('finds nothing to better on the way', nothingFound)
})
