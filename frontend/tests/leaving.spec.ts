import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import { i18n } from '@/i18n'
import { pendingHarm } from '@/shared/composables/useConfirm'
import { unsent } from '@/shared/composables/useOnline'

const signOut = vi.hoisted(() => vi.fn(() => Promise.resolve()))
vi.mock('@/stores/session', () => ({ useSession: () => ({ signOut }) }))
const { useLeaving } = await import('@/shared/composables/useLeaving')

describe('signing out by hand', () => {
  beforeEach(() => signOut.mockClear())
  async function leave(waiting: number, answer: string | null): Promise<number> {
    unsent.value = waiting
    const setup = () => {
      const leaving = useLeaving()
      return () => h('button', { onClick: leaving })
    }
    const button = mount({ setup }, { global: { plugins: [i18n] } })
    await button.trigger('click')
    pendingHarm.value?.settle(answer)
    await flushPromises()
    unsent.value = 0
    return signOut.mock.calls.length
  }

  it('asks first while something has not reached the system, and then does what was said', async () => {
    expect(await leave(2, null)).toBe(0)
    expect(await leave(2, '')).toBe(1)
  })
  it('asks nothing otherwise', async () => {
    expect(await leave(0, null)).toBe(1)
  })
})
