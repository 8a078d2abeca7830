/** Who looked at a person, also on the person's own phone, and unusual looks. */
import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '@/stores/session'

export const SHOWERS: readonly Role[] = ['clerk', 'village_official']
export const WATCHERS: readonly Role[] = ['supervisor', 'auditor', 'county_admin']

export const routes: RouteRecordRaw[] = [
  { path: 'people/:id/seen-by', component: () => import('./pages/SeenByPage.vue'), props: true, meta: { title: 'lookups.seenBy', area: 'people', roles: SHOWERS } },
  { path: 'ledger/unusual', component: () => import('./pages/UnusualPage.vue'), meta: { title: 'lookups.unusual', area: 'ledger', roles: WATCHERS } },
]

export const bare: RouteRecordRaw[] = [{ path: '/mine', component: () => import('./pages/MinePage.vue'), meta: { public: true, title: 'lookups.seenBy' } }]
