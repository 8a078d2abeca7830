/** People, matters and cases found for one text; each kind answers by itself and a slow one delays no other. */
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { http, type Page } from '@/api/http'
import { useSession, type Role } from '@/stores/session'
import { useCardText } from '@/modules/people/useCardText'
import type { ResidentBrief } from '@/modules/people/api'
import { searchCases } from '@/modules/cases/api'
import type { MatterBrief } from '@/modules/matters/api'

export interface Hit {
  to: string
  title: string
  detail: string
  aside?: string
}

interface Group {
  key: 'people' | 'cases' | 'matters'
  hits: Hit[]
}

const WAIT_MS = 180
const READERS: Record<Group['key'], readonly Role[]> = {
  people: ['clerk', 'grid_worker', 'village_official', 'township_officer', 'department_officer', 'county_admin'],
  cases: ['clerk', 'village_official', 'township_officer', 'department_officer', 'county_admin'],
  matters: ['clerk', 'grid_worker', 'village_official', 'bookkeeper', 'supervisor', 'custodian', 'township_officer', 'department_officer', 'county_admin', 'auditor', 'social_org'],
}

/** What this post may look for; nothing at all for who administers accounts only. */
export function useFindable(): ComputedRef<Group['key'][]> {
  const session = useSession()
  return computed(() => (Object.keys(READERS) as Group['key'][]).filter((kind) => session.is(...READERS[kind])))
}

export function useEverything(text: Ref<string>): { groups: ComputedRef<Group[]>; searching: Ref<boolean>; failed: Ref<boolean> } {
  const findable = useFindable()
  const { locale } = useI18n()
  const { personLine } = useCardText()
  const found = ref<Record<Group['key'], Hit[]>>({ people: [], cases: [], matters: [] })
  const searching = ref(false)
  const failed = ref(false)
  let abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  const finders: Record<Group['key'], (q: string, signal: AbortSignal) => Promise<Hit[]>> = {
    people: async (q, signal) =>
      (await http.post<Page<ResidentBrief>>('/api/registry/v1/residents/search', { q, limit: 6 }, { signal })).items.map((p) => ({
        to: `/people/${p.id}`,
        title: p.name,
        detail: personLine(p),
        aside: p.identity_masked ?? undefined,
      })),
    cases: async (q, signal) =>
      (await searchCases(q, { limit: 5 }, signal)).items.map((c) => ({
        to: `/cases/${c.id}`,
        title: c.applicant_name,
        detail: [c.matter_name, c.number].filter(Boolean).join(' '),
        aside: c.clock?.text ?? c.state_name,
      })),
    matters: async (q, signal) =>
      (await http.get<Page<MatterBrief>>('/api/desk/v1/matters', { query: { q, limit: 5 }, signal })).items.map((m) => ({
        to: `/matters/${m.id}`,
        title: m.name,
        detail: m.department ?? '',
      })),
  }

  async function look(q: string): Promise<void> {
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    searching.value = true
    failed.value = false
    const kinds = findable.value
    let broken = 0
    await Promise.all(
      kinds.map(async (kind) => {
        try {
          const hits = await finders[kind](q, signal)
          if (!signal.aborted) found.value = { ...found.value, [kind]: hits }
        } catch {
          if (signal.aborted) return
          broken++
          found.value = { ...found.value, [kind]: [] }
        }
      }),
    )
    if (signal.aborted) return
    searching.value = false
    failed.value = broken > 0 && broken === kinds.length
  }

  watch([text, locale], ([value]) => {
    clearTimeout(timer)
    const q = value.trim()
    if (!q) {
      abort.abort()
      found.value = { people: [], cases: [], matters: [] }
      searching.value = false
      return
    }
    searching.value = true
    timer = setTimeout(() => void look(q), WAIT_MS)
  })

  const groups = computed(() => (['people', 'cases', 'matters'] as const).map((key) => ({ key, hits: found.value[key] })).filter((g) => g.hits.length))
  return { groups, searching, failed }
}
