import { describe, expect, it } from 'vitest'
import type { LocationQuery } from 'vue-router'
import { countyOf, inCounty, visit } from '@/shared/lib/visit'

const COUNTIES = [
  { tenant: '421202', name: '咸安区', division: '421202' },
  { tenant: '421221', name: '嘉鱼县', division: '421221' },
]

describe('the county that an address asks about', () => {
  it('is named by its key or by the area of a list', () => {
    expect(countyOf({ county: '421221' }, COUNTIES, '421202')?.name).toBe('嘉鱼县')
    expect(countyOf({ division: '421221103201' }, COUNTIES, '421202')?.name).toBe('嘉鱼县')
  })
  it('is none for the own county, a county out of reach, a prefecture, or a post over one', () => {
    const none: LocationQuery[] = [{}, { county: '421202' }, { division: '421202104' }, { county: '511681' }, { division: '4212' }]
    for (const query of none) expect(countyOf(query, COUNTIES, '421202')).toBeUndefined()
    expect(countyOf({ county: '421202' }, COUNTIES.slice(0, 1), '421202')).toBeUndefined()
  })
  it('goes with every read while it is in view and with none after', () => {
    visit(COUNTIES[1])
    expect(inCounty()).toEqual({ county: '421221' })
    visit(undefined)
    expect(inCounty()).toEqual({})
  })
})
