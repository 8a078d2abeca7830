/** The own pages of a resident, signed in by phone: no frame, no staff. */
import type { RouteRecordRaw } from 'vue-router'

export const bare: RouteRecordRaw[] = [
  { path: '/my', component: () => import('./pages/HomePage.vue'), meta: { public: true, title: 'resident.home' } },
  { path: '/my/news', component: () => import('./pages/NewsPage.vue'), meta: { public: true, title: 'resident.news' } },
  { path: '/my/news/:id', component: () => import('./pages/NewsItemPage.vue'), props: true, meta: { public: true, title: 'resident.news' } },
]
