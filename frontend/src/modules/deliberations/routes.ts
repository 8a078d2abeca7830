/** What a village decides, beside what it publishes. */
import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '@/stores/session'

const ROLES: readonly Role[] = ['village_official', 'clerk', 'bookkeeper', 'supervisor', 'township_officer', 'county_admin', 'auditor']
const meta = (title: string): RouteRecordRaw['meta'] => ({ title, area: 'publishing', roles: ROLES })

export const routes: RouteRecordRaw[] = [
  { path: 'deliberations', component: () => import('./pages/DeliberationListPage.vue'), meta: meta('deliberations.area') },
  { path: 'deliberations/new', component: () => import('./pages/NewDeliberationPage.vue'), meta: { ...meta('deliberations.new'), roles: ['village_official', 'clerk'] } },
  { path: 'deliberations/:id', component: () => import('./pages/DeliberationPage.vue'), props: true, meta: meta('deliberations.one') },
]

export const bare: RouteRecordRaw[] = [
  { path: '/v/d/:id', component: () => import('./pages/BallotPage.vue'), props: true, meta: { public: true, title: 'deliberations.ballot.title' } },
]
