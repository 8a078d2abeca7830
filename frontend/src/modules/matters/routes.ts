import type { RouteRecordRaw } from 'vue-router'
import type { Area } from '@/modules'
import type { Role } from '@/stores/session'

const ROLES: readonly Role[] = ['clerk', 'grid_worker', 'village_official', 'bookkeeper', 'supervisor', 'township_officer', 'department_officer', 'county_admin', 'auditor', 'social_org']

export const areas: Area[] = [{ key: 'matters', label: 'matters.area', icon: 'matter', to: '/matters', roles: ROLES, order: 40 }]

export const routes: RouteRecordRaw[] = [
  { path: 'matters', component: () => import('./pages/MatterListPage.vue'), meta: { title: 'matters.area', area: 'matters', roles: ROLES } },
  { path: 'matters/:id', component: () => import('./pages/MatterPage.vue'), props: true, meta: { title: 'matters.one', area: 'matters', roles: ROLES } },
]
