/** Further supplement notices, as supervision sees them. */
import type { RouteRecordRaw } from 'vue-router'
import { WATCHERS } from '@/modules/lookups/routes'

export const routes: RouteRecordRaw[] = [
  { path: 'ledger/supplements', component: () => import('./pages/RepeatedSupplementsPage.vue'), meta: { title: 'supplements.title', area: 'ledger', roles: WATCHERS } },
]
