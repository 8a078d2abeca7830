import type { RouteRecordRaw } from 'vue-router'
import type { Area } from '@/modules'
import type { Role } from '@/stores/session'

const ROLES: readonly Role[] = ['clerk', 'village_official', 'township_officer', 'department_officer', 'county_admin']
// An auditor comes from the cockpit and follows the course of a case.
const FOLLOWERS: readonly Role[] = [...ROLES, 'auditor']

export const areas: Area[] = [{ key: 'cases', label: 'cases.area', icon: 'case', to: '/cases', roles: ROLES, order: 15 }]

export const routes: RouteRecordRaw[] = [
  { path: 'cases', component: () => import('./pages/CaseListPage.vue'), meta: { title: 'cases.area', area: 'cases', roles: FOLLOWERS, visits: true } },
  { path: 'cases/:id', component: () => import('./pages/CasePage.vue'), props: true, meta: { title: 'cases.one', area: 'cases', roles: FOLLOWERS, visits: true } },
]
