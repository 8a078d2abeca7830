import type { RouteRecordRaw } from 'vue-router'
import type { Area } from '@/modules'
import type { Role } from '@/stores/session'

// Whose hall it is: a township or a county has several.
const ROLES: Role[] = ['clerk', 'village_official', 'grid_worker']

export const areas: Area[] = [{ key: 'queue', label: 'queue.area', icon: 'queue', to: '/queue', roles: ROLES, order: 50 }]

export const routes: RouteRecordRaw[] = [
  { path: 'queue/report', component: () => import('./pages/ReportPage.vue'), meta: { title: 'queue.report.title', area: 'queue', roles: ROLES } },
  { path: 'queue', component: () => import('./pages/QueuePage.vue'), meta: { title: 'queue.area', area: 'queue', roles: ROLES } },
]
export const bare: RouteRecordRaw[] = [
  { path: '/queue/kiosk', component: () => import('./pages/KioskPage.vue'), meta: { title: 'queue.kiosk', roles: ROLES } },
  { path: '/queue/wall', component: () => import('./pages/WallPage.vue'), meta: { title: 'queue.wall.title', roles: ROLES } },
  { path: '/queue/take/:division', component: () => import('./pages/PhoneTicketPage.vue'), props: true, meta: { public: true, title: 'queue.kiosk' } },
  { path: '/queue/t/:token', component: () => import('./pages/FollowTicketPage.vue'), props: true, meta: { public: true, title: 'queue.mine' } },
  { path: '/board/:division', component: () => import('./pages/BoardPage.vue'), props: true, meta: { public: true, title: 'queue.board' } },
]
