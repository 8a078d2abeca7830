import type { RouteRecordRaw } from 'vue-router'
import type { Area } from '@/modules'
import type { Role } from '@/stores/session'

const ROLES: readonly Role[] = ['clerk', 'village_official', 'township_officer']
const FIRST: readonly Role[] = ['clerk']

export const areas: Area[] = [
  { key: 'workbench', label: 'workbench.area', icon: 'desk', to: '/workbench', roles: FIRST, order: 10 },
  { key: 'workbench', label: 'workbench.area', icon: 'desk', to: '/workbench', roles: ['village_official', 'township_officer'], order: 25 },
]

export const routes: RouteRecordRaw[] = [
  { path: 'workbench', component: () => import('./pages/WorkbenchPage.vue'), meta: { title: 'workbench.area', area: 'workbench', roles: ROLES } },
]
