/** What the desk answers about cases. */
import type { CaseClock } from '@/shared/components/ClockBar.vue'

export interface CaseBrief {
  id: string
  number?: string | null
  matter_name: string
  applicant_name?: string | null
  state: string
  state_name?: string
  clock?: CaseClock | null
  division?: string
  division_name?: string | null
  opened_at?: string | null
}
