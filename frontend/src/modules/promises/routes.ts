/** Materials promised for later (容缺). */
import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '@/stores/session'

const ROLES: readonly Role[] = ['clerk', 'village_official', 'township_officer', 'department_officer', 'county_admin']

export const routes: RouteRecordRaw[] = [
  { path: 'promises', component: () => import('./pages/PromisesPage.vue'), meta: { title: 'promises.title', area: 'cases', roles: ROLES } },
]
