import type { RouteRecordRaw } from 'vue-router'
import type { Area } from '@/modules'
import type { Role } from '@/stores/session'

const ROLES: readonly Role[] = ['supervisor', 'auditor', 'county_admin', 'system_admin']
const WATCHERS: readonly Role[] = ['supervisor', 'auditor', 'county_admin']

export const areas: Area[] = [{ key: 'ledger', label: 'ledger.area', icon: 'ledger', to: '/ledger', roles: ROLES, order: 70 }]

export const routes: RouteRecordRaw[] = [
  { path: 'ledger', component: () => import('./pages/LedgerPage.vue'), meta: { title: 'ledger.area', area: 'ledger', roles: ROLES } },
  { path: 'ledger/watch', component: () => import('./pages/WatchPage.vue'), meta: { title: 'ledger.watch.title', area: 'ledger', roles: ROLES } },
  { path: 'ledger/timeline', component: () => import('./pages/TimelinePage.vue'), meta: { title: 'ledger.timeline.title', area: 'ledger', roles: WATCHERS } },
]
