/** Likely duplicates: the queue, two people side by side, merges. */
import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '@/stores/session'

export const REVIEWERS: readonly Role[] = ['clerk', 'village_official', 'township_officer', 'county_admin']

export const routes: RouteRecordRaw[] = [
  { path: 'people/duplicates', component: () => import('./pages/DuplicatesPage.vue'), meta: { title: 'duplicates.area', area: 'people', roles: REVIEWERS } },
  { path: 'people/duplicates/:id', component: () => import('./pages/ComparePage.vue'), props: true, meta: { title: 'duplicates.compare', area: 'people', roles: REVIEWERS } },
  { path: 'people/merges', component: () => import('./pages/MergesPage.vue'), meta: { title: 'duplicates.merges', area: 'people', roles: REVIEWERS } },
  { path: 'people/merges/:id', component: () => import('./pages/MergePage.vue'), props: true, meta: { title: 'duplicates.merge', area: 'people', roles: REVIEWERS } },
]
