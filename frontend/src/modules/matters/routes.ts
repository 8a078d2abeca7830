import type { RouteRecordRaw } from 'vue-router'
import type { Area } from '@/modules'
import type { Role } from '@/stores/session'

const ROLES: readonly Role[] = ['clerk', 'grid_worker', 'village_official', 'bookkeeper', 'supervisor', 'township_officer', 'department_officer', 'county_admin', 'auditor', 'social_org']

export const WRITERS: readonly Role[] = ['department_officer', 'county_admin']

export const areas: Area[] = [{ key: 'matters', label: 'matters.area', icon: 'matter', to: '/matters', roles: ROLES, order: 40 }]

export const routes: RouteRecordRaw[] = [
  { path: 'matters', component: () => import('./pages/MatterListPage.vue'), meta: { title: 'matters.area', area: 'matters', roles: ROLES } },
  { path: 'matters/drafts', component: () => import('./pages/MatterDraftsPage.vue'), meta: { title: 'matters.drafts', area: 'matters', roles: WRITERS } },
  { path: 'matters/drafts/:id', component: () => import('./pages/MatterDraftPage.vue'), props: true, meta: { title: 'matters.draft', area: 'matters', roles: WRITERS } },
  { path: 'matters/drafts/:id/compare', component: () => import('./pages/MatterComparePage.vue'), props: (route) => ({ id: route.params.id, draft: true }), meta: { title: 'matters.compare', area: 'matters', roles: WRITERS } },
  { path: 'matters/:id/compare', component: () => import('./pages/MatterComparePage.vue'), props: true, meta: { title: 'matters.compare', area: 'matters', roles: ROLES } },
  { path: 'matters/:id', component: () => import('./pages/MatterPage.vue'), props: true, meta: { title: 'matters.one', area: 'matters', roles: ROLES } },
]
