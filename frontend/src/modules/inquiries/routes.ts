/** The supervision committee's work: inquiries, meetings, what it has. */
import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '@/stores/session'

export const ROLES: readonly Role[] = ['supervisor', 'village_official', 'township_officer', 'county_admin', 'auditor']
const meta = (title: string): RouteRecordRaw['meta'] => ({ title, area: 'publishing', roles: ROLES, visits: true })

export const routes: RouteRecordRaw[] = [
  { path: 'inquiries', component: () => import('./pages/InquiryListPage.vue'), meta: meta('inquiries.title') },
  { path: 'inquiries/committee', component: () => import('./pages/CommitteePage.vue'), meta: meta('inquiries.committee.title') },
  { path: 'inquiries/meetings', component: () => import('./pages/MeetingListPage.vue'), meta: meta('inquiries.meetings.title') },
  { path: 'inquiries/:id', component: () => import('./pages/InquiryPage.vue'), props: true, meta: meta('inquiries.one') },
]
