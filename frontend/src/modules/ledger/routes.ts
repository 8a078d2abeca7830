import type { RouteRecordRaw } from 'vue-router'
import type { Area } from '@/modules'
import type { Role } from '@/stores/session'

const ROLES: readonly Role[] = ['supervisor', 'auditor', 'county_admin', 'system_admin']

export const areas: Area[] = [{ key: 'ledger', label: 'ledger.area', icon: 'ledger', to: '/ledger', roles: ROLES, order: 70 }]

export const routes: RouteRecordRaw[] = [
  { path: 'ledger', component: () => import('./pages/LedgerPage.vue'), meta: { title: 'ledger.area', area: 'ledger', roles: ROLES } },
]
