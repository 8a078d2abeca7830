/** Administration: its own rail for the system's administrator, one area with tabs for a county's. */
import type { RouteRecordRaw } from 'vue-router'
import type { Area } from '@/modules'
import type { Role } from '@/stores/session'

const BOTH: readonly Role[] = ['system_admin', 'county_admin']
const SYSTEM: readonly Role[] = ['system_admin']

const area = (key: string, icon: string, order: number): Area => ({ key: `admin-${key}`, label: `admin.area.${key}`, icon, to: `/admin/${key}`, roles: SYSTEM, order })

export const areas: Area[] = [
  area('accounts', 'people', 110),
  area('online', 'online', 120),
  area('logs', 'log', 130),
  area('jobs', 'jobs', 140),
  area('clients', 'link', 150),
  area('profiles', 'profile', 160),
  area('operations', 'chart', 170),
  { key: 'admin', label: 'admin.area.all', icon: 'settings', to: '/admin/accounts', roles: ['county_admin'], order: 80 },
]

const page = (key: string, component: () => Promise<unknown>, roles = BOTH): RouteRecordRaw => ({
  path: `admin/${key}`,
  component: component as RouteRecordRaw['component'] & object,
  meta: { title: `admin.area.${key}`, area: `admin-${key}`, roles },
})

export const routes: RouteRecordRaw[] = [
  { path: 'admin', redirect: '/admin/accounts' },
  page('accounts', () => import('./pages/AccountsPage.vue')),
  page('online', () => import('./pages/OnlinePage.vue')),
  page('logs', () => import('./pages/LogsPage.vue')),
  page('jobs', () => import('./pages/JobsPage.vue')),
  page('clients', () => import('./pages/ClientsPage.vue'), SYSTEM),
  page('profiles', () => import('./pages/ProfilesPage.vue')),
  page('operations', () => import('./pages/OperationsPage.vue')),
]
