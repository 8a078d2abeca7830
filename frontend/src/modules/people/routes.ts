import type { RouteRecordRaw } from 'vue-router'
import type { Area } from '@/modules'
import type { Role } from '@/stores/session'

const ROLES: readonly Role[] = ['clerk', 'grid_worker', 'village_official', 'township_officer', 'department_officer', 'county_admin']

export const areas: Area[] = [{ key: 'people', label: 'people.area', icon: 'people', to: '/people', roles: ROLES, order: 20 }]

export const routes: RouteRecordRaw[] = [
  { path: 'people', component: () => import('./pages/PeoplePage.vue'), meta: { title: 'people.area', area: 'people', roles: ROLES } },
  { path: 'people/places', component: () => import('./pages/PlacesPage.vue'), meta: { title: 'people.places', area: 'people', roles: ROLES } },
  { path: 'people/transfers', component: () => import('./pages/TransfersPage.vue'), meta: { title: 'people.transfers', area: 'people', roles: ROLES.filter((r) => r !== 'grid_worker') } },
  { path: 'people/:id/history', component: () => import('./pages/PersonHistoryPage.vue'), props: true, meta: { title: 'people.history', area: 'people', roles: ROLES } },
  { path: 'people/:id', component: () => import('./pages/PersonPage.vue'), props: true, meta: { title: 'people.person', area: 'people', roles: ROLES } },
  { path: 'households/:id', component: () => import('./pages/HouseholdPage.vue'), props: true, meta: { title: 'people.household', area: 'people', roles: ROLES } },
]
