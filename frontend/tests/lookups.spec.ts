import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { ApiProblem } from '@/api/problem'
import { i18n } from '@/i18n'
import type { SeenBy } from '@/modules/lookups/api'
import zh from '@/modules/lookups/locale/zh-CN'
import { isCode, isPhone, isTail, ownApi } from '@/modules/lookups/ownSession'
import MinePage from '@/modules/lookups/pages/MinePage.vue'
import { SHOWERS, WATCHERS } from '@/modules/lookups/routes'
import { useLookText, type LookText } from '@/modules/lookups/useLookText'

afterEach(() => vi.unstubAllGlobals())

function answering(body: unknown, status = 200): ReturnType<typeof vi.fn> {
  const asked = vi.fn(() => Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' } })))
  vi.stubGlobal('fetch', asked)
  return asked
}

const sent = (asked: ReturnType<typeof vi.fn>): { path: string; init: RequestInit; headers: Headers } => {
  const [path, init] = asked.mock.calls[0] as [string, RequestInit]
  return { path, init, headers: init.headers as Headers }
}

describe('a resident’s own session', () => {
  it('is of this page alone: no cookie is sent or kept', async () => {
    const asked = answering({ access_token: 'own' })
    expect(await ownApi.signIn('13900001234', '123456')).toEqual({ token: 'own' })
    const { init, headers } = sent(asked)
    expect(init.credentials).toBe('omit')
    expect(headers.get('idempotency-key')).toBeTruthy()
    expect(JSON.parse(init.body as string)).toEqual({ phone: '13900001234', code: '123456', client: 'mobile' })
  })
  it('asks for its looks with its own token, and for the next page with the cursor as it was given', async () => {
    const asked = answering({ items: [], next_cursor: null })
    await ownApi.seenBy({ token: 'own' }, 'a+b=')
    expect(sent(asked).path).toBe('/api/supervision/v1/lookups?cursor=a%2Bb%3D')
    expect(sent(asked).headers.get('authorization')).toBe('Bearer own')
  })
  it('says what the service said when the code is wrong', async () => {
    answering({ type: 'about:blank', title: '验证码不对', status: 401, code: 'auth.wrong_code', detail: '验证码不对或已过期' }, 401)
    const refused = await ownApi.signIn('13900001234', '000000').catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ApiProblem)
    expect((refused as ApiProblem).status).toBe(401)
  })
  it('asks a family’s phone for the end of the own number, and sends it with the same code', async () => {
    const asked: { path: string; body: unknown }[] = []
    const answer = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status, headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' } })
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
      const body = init.body ? (JSON.parse(init.body as string) as Record<string, string>) : {}
      asked.push({ path, body })
      if (path.endsWith('/otp')) return Promise.resolve(answer({ expires_in: 300 }))
      if (path.endsWith('/sessions') && !body.identity_tail) return Promise.resolve(answer({ type: 'about:blank', title: '未登录', status: 401, code: 'auth.who_needed', detail: '这个手机号登记给了不止一人' }, 401))
      return Promise.resolve(answer(path.endsWith('/sessions') ? { access_token: 'own' } : { items: [], next_cursor: null }))
    })
    const page = mount(MinePage, { global: { plugins: [i18n], stubs: { PublicPage: { template: '<main><slot /></main>' } } } })
    const send = async (): Promise<void> => {
      await page.find('form').trigger('submit')
      await flushPromises()
    }
    await page.find('input[type=tel]').setValue('13900001234')
    await send()
    await page.find('input[autocomplete=one-time-code]').setValue('123456')
    await send()
    expect(page.find('[role=alert]').text()).toContain('不止一人')
    expect(page.find('button[type=submit]').attributes('disabled')).toBeDefined()
    await page.find('input[autocapitalize=characters]').setValue('001X')
    await send()
    expect(page.text()).toContain(zh.empty)
    expect(asked.filter((one) => one.path.endsWith('/sessions')).at(-1)!.body).toEqual({ phone: '13900001234', code: '123456', client: 'mobile', identity_tail: '001X' })
  })
  it('begins with a mobile number and six digits, blanks around them forgiven', () => {
    expect([' 13900001234 ', '1390000123', '12900001234', '139000012345'].map(isPhone)).toEqual([true, false, false, false])
    expect(['123456 ', '12345', '12345a'].map(isCode)).toEqual([true, false, false])
    expect([' 001X', '001', '12345'].map(isTail)).toEqual([true, false, false])
  })
})

describe('a look in words', () => {
  function words(): LookText {
    let say: LookText | undefined
    mount(defineComponent({ setup: () => ((say = useLookText()), () => h('i')) }), { global: { plugins: [i18n] } })
    return say!
  }
  const look = (more: Partial<SeenBy>): SeenBy => ({ action: 'resident.read', fields: [], purpose: null, ...more }) as SeenBy

  it('says what was looked at, and which numbers were seen whole', () => {
    const say = words()
    expect(say.action(look({}))).toBe(zh.action.resident_read)
    expect(say.action(look({ action: 'resident.reveal', fields: ['phone'] }))).toBe('完整号码（完整：电话）')
  })
  it('never hides a look because it has no word for it', () => {
    expect(words().action(look({ action: 'new.kind' }))).toBe('new.kind')
    expect(words().purpose(look({ purpose: '上门核实' }))).toBe('上门核实')
    expect(words().purpose(look({}))).toBe('')
  })
})

it('shows a person’s looks at the counter, and unusual ones to those who watch', () => {
  expect(SHOWERS).not.toContain('grid_worker')
  expect(WATCHERS).not.toContain('clerk')
})
