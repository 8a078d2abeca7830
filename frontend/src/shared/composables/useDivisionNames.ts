/** What people call a place, by its code: 花坪村. Public data, asked once. */
import { computed, type ComputedRef, type Ref } from 'vue'
import { useQueries } from '@tanstack/vue-query'
import { http } from '@/api/http'

interface Division {
  code: string
  name: string
  short_name?: string
}

const CODE_DIGITS = 12
const KEPT_MS = 24 * 3600_000

export async function divisionName(code: string): Promise<string> {
  const whole = code.padEnd(CODE_DIGITS, '0')
  const page = await http.get<{ items: Division[] }>('/api/public/v1/divisions', { query: { code: whole } })
  return page.items[0]?.short_name || page.items[0]?.name || ''
}

export function useDivisionNames(codes: Ref<readonly string[]>): ComputedRef<Record<string, string>> {
  const wanted = computed(() => [...new Set(codes.value)].filter((code) => code.length >= 2))
  const answers = useQueries({
    queries: computed(() => wanted.value.map((code) => ({ queryKey: ['division', code], queryFn: () => divisionName(code), staleTime: KEPT_MS, gcTime: KEPT_MS, retry: false }))),
  })
  return computed(() => Object.fromEntries(wanted.value.map((code, i) => [code, answers.value[i]?.data ?? ''])))
}
