import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Component } from 'vue'
import { i18n } from '@/i18n'
import PyramidChart from '@/modules/statistics/components/PyramidChart.vue'
import ShareChart from '@/modules/statistics/components/ShareChart.vue'
import TrendChart from '@/modules/statistics/components/TrendChart.vue'
import LeagueChart from '@/modules/whistles/components/LeagueChart.vue'
import { widthOf } from '@/shared/composables/useChartText'
import { usePreferences } from '@/stores/preferences'

const bands = [0, 5].map((age) => ({ from_age: age, male: 123_456, female: 98_765 }))
const months = ['2026-10', '2026-11'].map((month, i) => ({ month, residents: 2_608_400 + i, births: 1, deaths: 1, arrivals: 0, departures: 0 }))
const CHARTS: [string, Component, Record<string, unknown>][] = [
  ['the pyramid', PyramidChart, { bands, total: 9, name: () => '0–4' }],
  ['the trend', TrendChart, { months }],
  ['the shares', ShareChart, { parts: [{ name: '在家', people: 3 }], label: 'x' }],
  ['the league', LeagueChart, { items: [{ department: '民政办', response_rate: 1, solution_rate: 1, satisfaction_rate: null }], label: 'x' }],
]

function drawn(chart: Component, props: Record<string, unknown>, elder: boolean): { size: number; texts: { x: number; end: boolean; text: string }[] } {
  setActivePinia(createPinia())
  usePreferences().elder = elder
  const svg = mount(chart, { props, global: { plugins: [i18n] } }).get('svg')
  return {
    size: Number(svg.attributes('font-size')),
    texts: svg.findAll('text').map((one) => ({ x: Number(one.attributes('x')), end: one.classes('end'), text: one.text() })),
  }
}

describe('charts in elder mode', () => {
  beforeEach(() => vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined })))

  it.each(CHARTS)('the words of %s grow as those around it', (_name, chart, props) => {
    expect(drawn(chart, props, true).size / drawn(chart, props, false).size).toBeCloseTo(1.4)
  })
  it.each(CHARTS)('no number of %s leaves the drawing', (_name, chart, props) => {
    const { size, texts } = drawn(chart, props, true)
    for (const one of texts.filter((each) => each.end)) expect(one.x - widthOf(one.text.replaceAll(',', ''), size)).toBeGreaterThanOrEqual(0)
  })
})
