/** The leader's view: what will be overdue. */
import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '@/stores/session'

const LEADERS: readonly Role[] = ['village_official', 'township_officer', 'department_officer', 'county_admin']

export const routes: RouteRecordRaw[] = [
  { path: 'outlook', component: () => import('./pages/OutlookPage.vue'), meta: { title: 'outlook.title', area: 'cases', roles: LEADERS } },
]
