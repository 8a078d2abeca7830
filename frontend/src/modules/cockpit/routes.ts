/** The cockpit: an area in figures, down to the record. */
import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '@/stores/session'

export const ROLES: readonly Role[] = ['county_admin', 'auditor', 'township_officer', 'supervisor', 'village_official']

export const routes: RouteRecordRaw[] = [
  { path: 'cockpit', component: () => import('./pages/CockpitPage.vue'), meta: { title: 'cockpit.title', area: 'statistics', roles: ROLES } },
]
