import type { RouteRecordRaw } from 'vue-router'
import type { Area } from '@/modules'
import type { Role } from '@/stores/session'

const ROLES: readonly Role[] = ['clerk', 'village_official', 'grid_worker', 'township_officer', 'county_admin']

export const areas: Area[] = [{ key: 'queue', label: 'queue.area', icon: 'queue', to: '/queue', roles: ['clerk', 'village_official', 'grid_worker'], order: 50 }]

export const routes: RouteRecordRaw[] = [
  { path: 'queue/report', component: () => import('./pages/ReportPage.vue'), meta: { title: 'queue.report.title', area: 'queue', roles: ['clerk', 'village_official', 'grid_worker'] } },
  { path: 'queue', component: () => import('./pages/QueuePage.vue'), meta: { title: 'queue.area', area: 'queue', roles: ROLES } },
]
export const bare: RouteRecordRaw[] = [
  { path: '/queue/kiosk', component: () => import('./pages/KioskPage.vue'), meta: { title: 'queue.kiosk', roles: ['clerk', 'village_official', 'grid_worker'] } },
  { path: '/queue/wall', component: () => import('./pages/WallPage.vue'), meta: { title: 'queue.wall.title', roles: ['clerk', 'village_official', 'grid_worker'] } },
  { path: '/queue/take/:division', component: () => import('./pages/PhoneTicketPage.vue'), props: true, meta: { public: true, title: 'queue.kiosk' } },
  { path: '/queue/t/:token', component: () => import('./pages/FollowTicketPage.vue'), props: true, meta: { public: true, title: 'queue.mine' } },
  { path: '/board/:division', component: () => import('./pages/BoardPage.vue'), props: true, meta: { public: true, title: 'queue.board' } },
]
