/** Figures of the population: pyramid, trend, presence, and the divisions below; and what of them is public. */
import type { RouteRecordRaw } from 'vue-router'
import type { Area } from '@/modules'
import type { Role } from '@/stores/session'

const ROLES: readonly Role[] = ['clerk', 'grid_worker', 'village_official', 'township_officer', 'department_officer', 'supervisor', 'auditor', 'bookkeeper', 'county_admin']

export const areas: Area[] = [{ key: 'statistics', label: 'statistics.area', icon: 'chart', to: '/statistics', roles: ROLES, order: 45 }]

export const routes: RouteRecordRaw[] = [
  { path: 'statistics', component: () => import('./pages/StatisticsPage.vue'), meta: { title: 'statistics.area', area: 'statistics', roles: ROLES } },
]

export const bare: RouteRecordRaw[] = [
  { path: '/figures', component: () => import('./pages/PublicFiguresPage.vue'), meta: { public: true, title: 'statistics.public.title' } },
]
