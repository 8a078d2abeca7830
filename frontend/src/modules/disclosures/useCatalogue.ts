/** The catalogue with its names in the reader's language, and a period as people call it. */
import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useQuery } from '@tanstack/vue-query'
import { visited } from '@/shared/lib/visit'
import { disclosureApi, openApi, type Catalogue, type CatalogueItem } from './api'

export interface CatalogueWords {
  catalogue: ComputedRef<Catalogue | undefined>
  said: (name: { zh: string; en: string } | null | undefined) => string
  itemOf: (code: string) => CatalogueItem | undefined
  item: (code: string) => string
  category: (code: string) => string
  period: (start: string | null, end: string | null) => string
}

const QUARTER_DAYS = 100
const DAY_MS = 24 * 3600_000

/** `division` names the place on public pages; without it the catalogue is that of the signed-in post. */
export function useCatalogue(division?: ComputedRef<string>): CatalogueWords {
  const { t, locale } = useI18n()
  const query = useQuery({
    queryKey: computed(() => ['disclosures', 'catalogue', division?.value.slice(0, 6) ?? visited.value?.tenant ?? 'own']),
    queryFn: () => (division ? openApi.catalogue(division.value) : disclosureApi.catalogue()),
    enabled: computed(() => !division || Boolean(division.value)),
    staleTime: Infinity,
  })
  const catalogue = computed(() => query.data.value)
  const said: CatalogueWords['said'] = (name) => (name ? (locale.value === 'en' ? name.en : name.zh) : '')
  const itemOf: CatalogueWords['itemOf'] = (code) => catalogue.value?.items.find((one) => one.code === code)
  const item = (code: string): string => said(itemOf(code)?.name) || code
  const category = (code: string): string => said(catalogue.value?.categories.find((one) => one.code === code)?.name) || code
  function period(start: string | null, end: string | null): string {
    if (!start || !end) return ''
    if (start === end) return start
    const [year, month] = end.split('-').map(Number) as [number, number]
    const days = (Date.parse(end) - Date.parse(start)) / DAY_MS
    if (days < 31) return t('disclosures.month', { year, month })
    return days < QUARTER_DAYS ? t('disclosures.quarter', { year, quarter: Math.ceil(month / 3) }) : `${start} — ${end}`
  }
  return { catalogue, said, itemOf, item, category, period }
}
