/** Accounts: a name tried too often, a second factor, a clerk who is new, one who is sent home, and the log of it all. */
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import { openBrowser } from '../support/browser'
import { openRow } from '../support/cases'
import { choose, fill, work } from '../support/keyboard'
import { HUAPING, Person } from '../support/people'
import { look, nothingFound } from '../support/screens'

const FREE_MISTAKES = 5
const TOO_MANY = 429
const STEP_SECONDS = 30
// A name of its own for every run, so that a system that runs already can be tested twice.
const NEWCOMER = `clerk.e2e${Date.now().toString(36)}`
const NEW_PASSWORD = 'Linli#2026changed'

let browser: Browser
let admin: Person
let newcomer: Person
let initial = ''
beforeAll(async () => {
  browser = await openBrowser()
  admin = await Person.signedIn(browser, 'system_admin')
})
afterAll(async () => browser?.close())

/** The panel of a new account, opened by its key, with both names filled in. */
async function newAccount(page: Page, username: string, name: string): Promise<Locator> {
  await page.goto('/admin/accounts')
  await page.getByRole('row').nth(1).waitFor()
  await page.keyboard.press('F2')
  const panel = page.getByRole('dialog', { name: '新建账号' })
  await panel.waitFor()
  await fill(page, panel.getByLabel('账号', { exact: true }), username)
  await fill(page, panel.getByLabel('姓名'), name)
  return panel
}

describe('an account', () => {
  it('is made by the administrator with its first post', async () => {
    const { page } = admin
    const panel = await newAccount(page, NEWCOMER, '新来的')
    initial = await panel.getByLabel('初始密码').inputValue()
    await choose(page, panel.getByLabel('县市区'), '咸安区')
    await fill(page, panel.getByLabel('辖区代码'), HUAPING.division)
    await look(page, 'account-new')
    await work(page, panel.getByRole('button', { name: '创建账号' }))
    await page.getByRole('dialog', { name: '新来的' }).waitFor()
    await look(page, 'account-made')
  })

  it('gets a second post', async () => {
    const { page } = admin
    const panel = page.getByRole('dialog', { name: '新来的' })
    await work(page, panel.getByRole('button', { name: '增加岗位' }))
    await choose(page, panel.getByLabel('角色'), '网格员')
    await choose(page, panel.getByLabel('县市区'), '咸安区')
    await fill(page, panel.getByLabel('辖区代码'), HUAPING.division)
    await work(page, panel.getByRole('button', { name: '授予岗位' }))
    await panel.getByRole('listitem').filter({ hasText: '网格员' }).waitFor()
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'hidden' })
  })

  it('enters with the first password, has both posts, and chooses a password of its own', async () => {
    const { page } = await Person.atTheDoor(browser, NEWCOMER)
    await tryToEnter(page, NEWCOMER, initial)
    await page.waitForURL('**/workbench')
    await page.goto('/account')
    await page.getByText('网格员').first().waitFor()
    await fill(page, page.locator('#pw-current'), initial)
    await fill(page, page.locator('#pw-next'), NEW_PASSWORD)
    await fill(page, page.locator('#pw-again'), NEW_PASSWORD)
    await page.keyboard.press('Enter')
    await page.getByText('密码已修改').first().waitFor()
    await page.context().close()
  })

  it('is asked for a second factor once it has set one up', async () => {
    const owner = await Person.atTheDoor(browser, NEWCOMER)
    const { page } = owner
    await owner.signIn(NEW_PASSWORD)
    await page.goto('/account')
    const section = page.getByRole('region', { name: '第二重验证' })
    await work(page, section.getByRole('button', { name: '开始绑定' }))
    const secret = ((await section.locator('.secret').textContent()) ?? '').replace(/\s/g, '')
    await look(page, 'second-factor-setup')
    await fill(page, section.locator('#otp-confirm'), codeOf(secret, 0))
    await page.keyboard.press('Enter')
    await section.getByRole('status').getByRole('listitem').first().waitFor()
    await look(page, 'second-factor-codes')
    await page.context().close()
    newcomer = await Person.atTheDoor(browser, NEWCOMER)
    await tryToEnter(newcomer.page, NEWCOMER, NEW_PASSWORD)
    const code = newcomer.page.getByLabel(/动态验证码/)
    await code.waitFor()
    await look(newcomer.page, 'sign-in-code')
    // A code counts once: the one of the next half minute is another.
    await fill(newcomer.page, code, codeOf(secret, 1))
    await newcomer.page.keyboard.press('Enter')
    await newcomer.page.waitForURL('**/workbench')
  })

  it('is sent home by the administrator, and the browser says so', async () => {
    const { page } = admin
    await page.goto('/admin/online')
    await page.getByRole('row').filter({ hasText: '新来的' }).first().waitFor()
    await look(page, 'online')
    await work(page, page.getByRole('row').filter({ hasText: '新来的' }).getByRole('button', { name: /结束会话/ }).first())
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await work(page, dialog.getByRole('button', { name: /结束会话/ }))
    await page.getByText('会话已结束').first().waitFor()
    await newcomer.page.goto('/cases')
    await newcomer.page.getByLabel('账号', { exact: true }).waitFor()
    await newcomer.leave()
  })

  it('waits after five wrong passwords, and says how long', async () => {
    const stranger = await Person.atTheDoor(browser, NEWCOMER)
    const { page } = stranger
    await fill(page, page.getByLabel('账号', { exact: true }), NEWCOMER)
    for (let mistake = 0; mistake < FREE_MISTAKES + 1; mistake += 1) {
      await fill(page, page.getByLabel('密码', { exact: true }), `wrong${mistake}`)
      const answered = page.waitForResponse((answer) => answer.url().endsWith('/api/auth/v1/sessions'))
      await page.keyboard.press('Enter')
      if ((await answered).status() === TOO_MANY) break
      await page.getByRole('button', { name: /^登录/ }).first().waitFor()
    }
    await page.getByRole('button', { name: /\d+:\d\d/ }).waitFor()
    expect(await page.getByRole('button', { name: /\d+:\d\d/ }).isDisabled()).toBe(true)
    await look(page, 'sign-in-locked')
    await stranger.leave()
  })

  it('leaves its traces in the log of sign-ins', async () => {
    const { page } = admin
    await page.goto('/admin/accounts')
    await fill(page, page.getByLabel('搜账号或姓名'), NEWCOMER)
    // The list is asked for anew a moment after the last key; until then a row opened would be one that goes.
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
    await openRow(page, NEWCOMER)
    const panel = page.getByRole('dialog', { name: '新来的' })
    await panel.waitFor()
    await work(page, panel.getByRole('link', { name: '登录记录' }))
    await page.getByRole('row').filter({ hasText: '账号或密码不对' }).first().waitFor()
    await page.getByRole('row').filter({ hasText: '成功' }).first().waitFor()
    await look(page, 'sign-in-log')
  })

  it('finds nothing to better on the way', nothingFound)
})

describe('an administrator', () => {
  const second = `county.e2e${Date.now().toString(36)}`
  let password = ''
  let code = ''

  it('is proposed by one, who cannot confirm it, and does not get in so', async () => {
    const { page } = admin
    const panel = await newAccount(page, second, '第二位')
    await choose(page, panel.getByLabel('角色'), '县级管理')
    password = await panel.getByLabel('初始密码').inputValue()
    await choose(page, panel.getByLabel('县市区'), '咸安区')
    await fill(page, panel.getByLabel('辖区代码'), HUAPING.division.slice(0, 6))
    await panel.getByText('须由另一位管理员确认').waitFor()
    await look(page, 'administrator-new')
    await work(page, panel.getByRole('button', { name: '创建账号' }))
    const made = page.getByRole('dialog', { name: '第二位' })
    await made.getByRole('region', { name: '等待第二位管理员确认' }).getByRole('button', { name: '撤回' }).waitFor()
    expect(await made.getByRole('button', { name: '确认', exact: true }).count()).toBe(0)
    await look(page, 'administrator-proposed')
    const early = await Person.atTheDoor(browser, second)
    await tryToEnter(early.page, second, password)
    await early.page.getByRole('alert').getByText('岗位').waitFor()
    await early.leave()
  })

  it('is confirmed by a second administrator, who is shown the code once', async () => {
    const county = await Person.signedIn(browser, HUAPING.account('county_admin'))
    const { page } = county
    await page.goto('/admin/accounts')
    const waiting = page.getByRole('region', { name: '等待第二位管理员确认' })
    const line = waiting.getByRole('listitem').filter({ hasText: second })
    await line.waitFor()
    await look(page, 'administrator-waiting')
    await work(page, line.getByRole('button', { name: '确认', exact: true }))
    await work(page, page.getByRole('dialog').getByRole('button', { name: '确认', exact: true }))
    code = await waiting.getByRole('status').locator('b').innerText()
    expect(code).toMatch(/^\w{5}-\w{5}$/)
    await look(page, 'administrator-code')
    await work(page, waiting.getByRole('button', { name: '我已记下' }))
    await line.waitFor({ state: 'detached' })
    await county.leave()
  })

  it('enters with the password of the one and the code of the other, and has a password of its own', async () => {
    const owner = await Person.atTheDoor(browser, second)
    const { page } = owner
    await tryToEnter(page, second, password)
    await page.getByLabel('启用码').waitFor()
    await fill(page, page.getByLabel('启用码'), code)
    await fill(page, page.locator('#new-password'), NEW_PASSWORD)
    await look(page, 'sign-in-activation')
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
    await page.goto('/admin/accounts')
    await page.getByRole('row').nth(1).waitFor()
    await owner.leave()
  })

  it('finds nothing to better on the way', nothingFound)
})

describe('the administrator', () => {
  it('reads the rules of a place and where each comes from', async () => {
    const { page } = admin
    await page.goto('/admin/profiles')
    await work(page, page.locator('details:not([open]):has(.standing) > summary').first())
    await page.locator('.standing:visible').first().waitFor()
    await look(page, 'profile', { only: 'desk' })
  })

  it('sees the work that takes long', async () => {
    const { page } = admin
    await page.goto('/admin/jobs')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.getByRole('row').or(page.getByText('没有任务')).first().waitFor()
  })

  it('finds nothing to better on the way', nothingFound)
})

async function tryToEnter(page: Page, username: string, password: string): Promise<void> {
  await fill(page, page.getByLabel('账号', { exact: true }), username)
  await fill(page, page.getByLabel('密码', { exact: true }), password)
  await page.keyboard.press('Enter')
}

/** The six digits of an authenticator (RFC 6238), now or some steps of thirty seconds later. */
function codeOf(secret: string, later: number): string {
  const bits = [...secret.replace(/=+$/, '')].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / STEP_SECONDS) + later))
  const digest = createHmac('sha1', key).update(counter).digest()
  const at = digest.at(-1)! & 15
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

