/** What was told to staff, and what went to phones. */
import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '@/stores/session'

const OVERSEERS: readonly Role[] = ['county_admin']

export const routes: RouteRecordRaw[] = [
  { path: 'notices', component: () => import('./pages/NoticesPage.vue'), meta: { title: 'notices.title' } },
  { path: 'messages', component: () => import('./pages/MessagesPage.vue'), meta: { title: 'notices.messages', roles: OVERSEERS } },
  { path: 'messages/codes', component: () => import('./pages/CodesPage.vue'), meta: { title: 'notices.codes', area: 'admin-logs', roles: ['system_admin'] } },
]
