import { describe, expect, it } from 'vitest'
import { contentKey } from '@/shared/lib/contentKey'

describe('the key of what is sent', () => {
  it('stays while the same is sent again, and is a new one for another content', () => {
    const key = contentKey()
    const [first, again, other, back] = [key({ a: 1 }), key({ a: 1 }), key({ a: 2 }), key({ a: 1 })]
    expect([first === again, again === other, other === back, first === back]).toEqual([true, false, false, false])
  })
})
