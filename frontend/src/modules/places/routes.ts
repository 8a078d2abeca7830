import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '@/stores/session'

const ROLES: readonly Role[] = ['clerk', 'grid_worker', 'village_official', 'township_officer', 'department_officer', 'county_admin']
const meta = (title: string): RouteRecordRaw['meta'] => ({ title, area: 'people', roles: ROLES })

export const AREA_KEEPERS: readonly Role[] = ['village_official', 'township_officer', 'county_admin']
export const COMMUNITY_KEEPERS: readonly Role[] = ['township_officer', 'county_admin']
export const CENTRE_KEEPERS: readonly Role[] = ['county_admin']

export const routes: RouteRecordRaw[] = [
  { path: 'places/areas', component: () => import('./pages/AreasPage.vue'), meta: meta('places.areas.title') },
  { path: 'places/areas/:id', component: () => import('./pages/AreaPage.vue'), props: true, meta: meta('places.areas.one') },
  { path: 'places/divisions', component: () => import('./pages/DivisionsPage.vue'), meta: meta('places.divisions.title') },
  { path: 'places/divisions/:code', component: () => import('./pages/DivisionPage.vue'), props: true, meta: meta('places.divisions.one') },
  { path: 'places/communities', component: () => import('./pages/CommunitiesPage.vue'), meta: meta('places.communities.title') },
]
