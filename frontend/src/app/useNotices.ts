/** Notices of the top bar, derived from the work of the day that the desk reports. */
import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useDay } from '@/modules/workbench/useDay'

export interface Notice {
  key: string
  icon: string
  text: string
  count: number
  to: string
}

export function useNotices(): ComputedRef<Notice[]> {
  const { t } = useI18n()
  const { day } = useDay()
  return computed(() => {
    const counts = day.value?.counts
    if (!counts) return []
    const lines: [string, string, number, string][] = [
      ['mine', 'case', counts.mine, '/cases?mine=1'],
      ['overdue', 'warn', counts.overdue, '/cases?clock=overdue&mine=0'],
      ['due_soon', 'clock', counts.due_soon, '/cases?clock=amber&mine=0'],
      ['promises_due', 'upload', counts.promises_due, '/promises'],
      ['supplements_back', 'refresh', counts.supplements_back, '/cases?state=supplement&mine=0'],
      ['awaiting_seal', 'seal', counts.awaiting_seal, '/cases?state=decided&mine=0'],
    ]
    return lines.filter(([, , count]) => count > 0).map(([key, icon, count, to]) => ({ key, icon, text: t(`shell.notice.${key}`), count, to }))
  })
}
