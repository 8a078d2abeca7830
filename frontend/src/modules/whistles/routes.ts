/** Whistle and report-in: the list, one whistle, the league table, and a resident's phone. */
import type { RouteRecordRaw } from 'vue-router'
import type { Area } from '@/modules'
import type { Role } from '@/stores/session'

const ROLES: readonly Role[] = ['township_officer', 'department_officer', 'clerk', 'village_official', 'county_admin']
// An auditor comes from the cockpit and follows what became of a call.
const FOLLOWERS: readonly Role[] = [...ROLES, 'auditor']

// Residents' calls come before everything else for those who answer them; the hall finds them beside its cases.
export const areas: Area[] = [
  { key: 'whistles', label: 'whistles.area', icon: 'flag', to: '/whistles', roles: ['township_officer', 'department_officer', 'county_admin'], order: 18 },
]

export const routes: RouteRecordRaw[] = [
  { path: 'whistles', component: () => import('./pages/WhistleListPage.vue'), meta: { title: 'whistles.area', area: 'whistles', roles: FOLLOWERS, visits: true } },
  { path: 'whistles/new', component: () => import('./pages/StartPage.vue'), meta: { title: 'whistles.start', area: 'whistles', roles: ['clerk', 'village_official', 'township_officer'] } },
  { path: 'whistles/league', component: () => import('./pages/LeaguePage.vue'), meta: { title: 'whistles.league.title', area: 'whistles', roles: ['township_officer', 'department_officer', 'county_admin', 'auditor'] } },
  { path: 'whistles/:id', component: () => import('./pages/WhistlePage.vue'), props: true, meta: { title: 'whistles.one', area: 'whistles', roles: FOLLOWERS, visits: true } },
]
export const bare: RouteRecordRaw[] = [
  { path: '/whistle', component: () => import('./pages/ReportPage.vue'), meta: { public: true, title: 'whistles.phone.title' } },
  { path: '/v/w/:token', component: () => import('./pages/FollowPage.vue'), props: true, meta: { public: true, title: 'whistles.phone.follow' } },
]
