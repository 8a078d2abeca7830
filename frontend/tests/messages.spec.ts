/** The words of a message keep their order, and every address in them leads somewhere. */
import { describe, expect, it } from 'vitest'
import { pieces } from '@/modules/notices/words'

describe('a message', () => {
  it('has its addresses apart', () => {
    expect(pieces('【咸宁】公开了“收支”：http://127.0.0.1:8000/disclosures/1 。退订：https://linli.example/v/s/421202.x')).toEqual([
      { text: '【咸宁】公开了“收支”：', path: '' },
      { text: '/disclosures/1', path: '/disclosures/1' },
      { text: ' 。退订：', path: '' },
      { text: '/v/s/421202.x', path: '/v/s/421202.x' },
    ])
  })
  it('may have none', () => {
    expect(pieces('验证码 123456')).toEqual([{ text: '验证码 123456', path: '' }])
  })
})
