import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '@/stores/session'

const ROLES: readonly Role[] = ['clerk', 'village_official', 'grid_worker', 'township_officer', 'department_officer', 'county_admin']

export const routes: RouteRecordRaw[] = [
  { path: 'people/lists', component: () => import('./pages/ListsPage.vue'), meta: { title: 'imports.title', area: 'people', roles: ROLES } },
  { path: 'people/lists/:id', component: () => import('./pages/ImportPage.vue'), props: true, meta: { title: 'imports.one', area: 'people', roles: ROLES } },
]
