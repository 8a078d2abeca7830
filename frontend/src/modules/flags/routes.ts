/** Red flags: what rules noticed in the ledger, and the rules themselves. */
import type { RouteRecordRaw } from 'vue-router'
import { WATCHERS } from '@/modules/lookups/routes'

const meta = (title: string): RouteRecordRaw['meta'] => ({ title, area: 'ledger', roles: WATCHERS })

export const routes: RouteRecordRaw[] = [
  { path: 'flags', component: () => import('./pages/FlagListPage.vue'), meta: { ...meta('flags.title'), visits: true } },
  { path: 'flags/rules', component: () => import('./pages/RulesPage.vue'), meta: meta('flags.rules.title') },
  { path: 'flags/:id', component: () => import('./pages/FlagPage.vue'), props: true, meta: { ...meta('flags.one'), visits: true } },
]

export const bare: RouteRecordRaw[] = [{ path: '/findings', component: () => import('./pages/PublicFlagsPage.vue'), meta: { public: true, title: 'flags.public.title' } }]
