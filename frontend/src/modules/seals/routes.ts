import type { RouteRecordRaw } from 'vue-router'
import type { Area } from '@/modules'
import type { Role } from '@/stores/session'

const ROLES: readonly Role[] = ['clerk', 'village_official', 'supervisor', 'custodian', 'township_officer', 'county_admin', 'auditor']

/** Whoever does more than keep a piece finds it beside what the village publishes. */
export const areas: Area[] = [{ key: 'publishing-seals', label: 'seals.area', icon: 'seal', to: '/seals', roles: ['custodian'], order: 60 }]

export const routes: RouteRecordRaw[] = [
  { path: 'seals', component: () => import('./pages/SealsPage.vue'), meta: { title: 'seals.area', area: 'publishing-seals', roles: ROLES } },
  { path: 'seals/register', component: () => import('./pages/RegisterPage.vue'), meta: { title: 'seals.register.title', area: 'publishing-seals', roles: ROLES } },
  { path: 'seals/envelopes/:id', component: () => import('./pages/EnvelopesPage.vue'), props: true, meta: { title: 'seals.paper.chain', area: 'publishing-seals', roles: ROLES } },
  { path: 'seals/uses/:id', component: () => import('./pages/SealUsePage.vue'), props: true, meta: { title: 'seals.one', area: 'publishing-seals', roles: ROLES } },
]
