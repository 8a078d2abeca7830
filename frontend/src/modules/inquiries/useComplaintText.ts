/** A complaint in one line: what kind, when, and what it was about. */
import { useI18n } from 'vue-i18n'
import { day } from '@/shared/lib/format'
import type { Complaint } from './api'

export function useComplaintText(): (one: Complaint) => string {
  const { t, locale } = useI18n()
  return (one) => `${t(`inquiries.complaint.kind.${one.kind}`)} ${day(one.at)} ${locale.value === 'en' ? one.en : one.zh}`.trim()
}
