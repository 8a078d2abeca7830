/**
 * A notice on the wall: written, checked and published by three people; a villager scans it, asks in the open, is not content with the
 * answer and goes to the township. No step of the villager needs a sign-in, and nothing shows who asked.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { choose, fill, work } from '../support/keyboard'
import { readPaper } from '../support/papers'
import { HUAPING, Person, phone } from '../support/people'
import { look, nothingFound } from '../support/screens'

const WORDS = '本季度召开支部党员大会 2 次，研究三组道路养护，决定购置清扫车一辆。'
const QUESTION = '清扫车买了多少钱，向谁买的？'
const ANSWER = '八千六百元，县农机公司，发票在村部可查。'
const APPEAL = '没有说是否比过价。'
const DECISION = '已责成村里补充三家报价，十日内公开。'

let browser: Browser
let villager: Page
let id = ''
let question = ''

beforeAll(async () => {
  browser = await openBrowser()
  villager = await phone(browser)
})
afterAll(async () => browser?.close())

/** Lets somebody at work act on a page, and closes their browser. */
async function at(role: string, path: string, act: (page: Page) => Promise<void>): Promise<void> {
  const person = await Person.signedIn(browser, HUAPING.account(role))
  await person.page.goto(path)
  await act(person.page)
  await person.leave()
}

describe('a notice on the wall', () => {
  it('is written from the template and brought before the supervision committee', async () => {
    await at('bookkeeper', '/publishing/new', async (page) => {
      await choose(page, page.getByLabel(/^公开事项/), '党组织工作情况')
      await fill(page, page.getByLabel(/^标题/), '支部工作和购置清扫车')
      await fill(page, page.getByLabel('正文'), WORDS)
      await work(page, page.getByRole('button', { name: '保存草稿' }))
      await page.waitForURL(/publishing\/[0-9a-f-]{36}$/)
      id = new URL(page.url()).pathname.split('/').at(-1)!
      await look(page, 'publishing-draft')
      await work(page, page.getByRole('button', { name: '提交审核' }))
      await page.getByText('待审核').first().waitFor()
    })
  })

  it('is nowhere to be seen before it is published', async () => {
    await villager.goto(`/disclosures/${id}`)
    await villager.getByRole('heading', { name: '没有找到这份公开' }).waitFor()
  })

  it('is checked by the committee and published by the village', async () => {
    await at('supervisor', `/publishing/${id}`, async (page) => {
      await work(page, page.getByRole('button', { name: '审核通过' }))
      await page.getByRole('button', { name: '审核通过' }).waitFor({ state: 'detached' })
    })
    await at('village_official', `/publishing/${id}`, async (page) => {
      await work(page, page.getByRole('button', { name: '发布', exact: true }))
      const dialog = page.getByRole('dialog')
      await dialog.getByText('发布后任何人都能看到').waitFor()
      await work(page, dialog.getByRole('button', { name: '发布' }))
      await page.getByRole('button', { name: '打印 A4 张贴' }).waitFor()
    })
  })

  it('hangs on the wall with a code that opens the original', async () => {
    const paper = readPaper(new Uint8Array(await (await fetch(`${inject('baseUrl')}/api/public/v1/disclosures/${id}/notice?size=a4`)).arrayBuffer()))
    expect(paper.text).toContain('购置清扫车一辆')
    expect(paper.codes.map((code) => new URL(code).pathname)).toEqual([`/disclosures/${id}`])
    await villager.goto(new URL(paper.codes[0]!).pathname)
    await villager.getByRole('heading', { name: '支部工作和购置清扫车' }).waitFor()
    // Its fingerprint is in the log once the next checkpoint is signed; then this browser finds it there by itself.
    await expect.poll(async () => {
      await villager.reload()
      return villager.locator('.verdict:not(.checking)').getAttribute('class')
    }).toContain('same')
    await villager.getByText('由本浏览器验算').click()
    await villager.getByText('正是公开时写进账本的那一个').waitFor()
    expect(await villager.locator('.steps > li.failed, .steps > li.unreachable').count()).toBe(0)
    await look(villager, 'wall-proven', { only: 'phone' })
  })

  it('is questioned by somebody who need not say who asks', async () => {
    await villager.getByLabel(/^您想问什么/).fill(QUESTION)
    await look(villager, 'wall-asking', { only: 'phone' })
    await villager.getByRole('button', { name: '提交' }).click()
    await villager.waitForURL('**/v/q/*')
    await villager.getByText('请收藏本页').waitFor()
    question = new URL(villager.url()).pathname
    await look(villager, 'wall-asked', { only: 'phone' })
  })

  it('is answered in the open', async () => {
    await at('village_official', '/publishing/questions', async (page) => {
      const mine = page.getByRole('listitem').filter({ hasText: QUESTION })
      await fill(page, mine.getByLabel('答复'), ANSWER)
      await look(page, 'wall-answering')
      await work(page, mine.getByRole('button', { name: '公开答复' }))
      await mine.waitFor({ state: 'detached' })
    })
    await villager.goto(`/disclosures/${id}`)
    await villager.getByText(ANSWER).waitFor()
  })

  it('goes to the township when the answer does not content', async () => {
    await villager.goto(question)
    await villager.getByLabel(/^为什么不满意/).fill(APPEAL)
    await villager.getByRole('button', { name: '向乡镇（街道）申诉' }).click()
    await villager.getByText(APPEAL).waitFor()
    await at('township_officer', '/publishing/questions', async (page) => {
      const mine = page.getByRole('listitem').filter({ hasText: APPEAL })
      await fill(page, mine.getByLabel('答复'), DECISION)
      await work(page, mine.getByRole('button', { name: '作出处理' }))
      await mine.waitFor({ state: 'detached' })
    })
    await villager.goto(`/disclosures/${id}`)
    await villager.getByText(DECISION).waitFor()
    await look(villager, 'wall-decided', { only: 'phone' })
  })

  it('finds nothing to better on the way', nothingFound)
})
