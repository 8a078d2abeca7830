import { describe, expect, it } from 'vitest'
import { cutBetween } from '../src/shared/lib/picture'

describe('a picture is cut', () => {
  it('between two corners, whichever was first', () => {
    expect(cutBetween({ x: 0.75, y: 0.5 }, { x: 0.25, y: 0.25 })).toEqual({ x: 0.25, y: 0.25, width: 0.5, height: 0.25 })
  })
  it('never beyond its edge', () => {
    expect(cutBetween({ x: -1, y: 0.5 }, { x: 2, y: 3 })).toEqual({ x: 0, y: 0.5, width: 1, height: 0.5 })
  })
  it('not at all by a mere touch', () => {
    expect(cutBetween({ x: 0.5, y: 0.5 }, { x: 0.51, y: 0.9 })).toBeNull()
  })
})
