/** Ratings of finished cases, their figures, and the rectification of bad ones. */
import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '@/stores/session'

const READERS: readonly Role[] = ['village_official', 'clerk', 'township_officer', 'department_officer', 'supervisor', 'county_admin', 'auditor']

const LEADERS = READERS.filter((role) => role !== 'clerk')

export const routes: RouteRecordRaw[] = [
  { path: 'evaluations', component: () => import('./pages/RatingsPage.vue'), meta: { title: 'evaluations.title', area: 'cases', roles: READERS, visits: true } },
  { path: 'evaluations/rectifications', component: () => import('./pages/RectificationsPage.vue'), meta: { title: 'evaluations.rectifications', area: 'cases', roles: READERS } },
  { path: 'evaluations/figures', component: () => import('./pages/FiguresPage.vue'), meta: { title: 'evaluations.figures', area: 'cases', roles: READERS } },
  { path: 'evaluations/asked-twice', component: () => import('./pages/AskedTwicePage.vue'), meta: { title: 'evaluations.asked.title', area: 'cases', roles: LEADERS } },
]
