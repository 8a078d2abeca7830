/** What the own pages have in common: a title in the reader's language, and a session that ran out asks for a code anew. */
import { watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiProblem } from '@/api/problem'
import { residentSession } from '@/modules/public/residentSession'
import type { News } from './api'

export const MOST_COUNTED = 100

export function useNewsText(): { title: (one: News) => string; body: (one: News) => string } {
  const { locale } = useI18n()
  return {
    title: (one) => (locale.value === 'en' ? one.title_en : one.title),
    body: (one) => (locale.value === 'en' ? one.body_en : one.body),
  }
}

/** Ends the session that the desk no longer knows. */
export function endsWith(error: Ref<unknown>): void {
  watch(error, (fault) => {
    if (fault instanceof ApiProblem && fault.status === 401) residentSession.forget()
  })
}
