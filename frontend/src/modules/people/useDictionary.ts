/** The words of a coded field, in the language of the screen. */
import { computed, toValue, type ComputedRef, type MaybeRefOrGetter } from 'vue'
import { useI18n } from 'vue-i18n'
import { useQueries } from '@tanstack/vue-query'
import { http } from '@/api/http'

type Words = { entries: { code: string; zh: string; en: string }[] }

export type Entries = [code: string, word: string][]

/** Code and word of every entry, by the dictionary's name; `wanted` says whether they are needed at all. */
export function useDictionaries(names: readonly string[], wanted: MaybeRefOrGetter<boolean> = true): ComputedRef<Record<string, Entries>> {
  const { locale } = useI18n()
  const tables = useQueries({ queries: names.map((name) => ({ enabled: () => toValue(wanted), queryKey: ['dictionary', name], queryFn: () => http.get<Words>(`/api/registry/v1/dictionaries/${name}`), staleTime: Infinity, retry: false })) })
  return computed(() => {
    const chinese = locale.value.startsWith('zh')
    return Object.fromEntries(names.map((name, i) => [name, (tables.value[i]?.data?.entries ?? []).map((e): [string, string] => [e.code, chinese ? e.zh : e.en])]))
  })
}
