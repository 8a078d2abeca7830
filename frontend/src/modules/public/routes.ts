/** Pages for everybody: no sign-in, no frame. */
import type { RouteRecordRaw } from 'vue-router'

export const bare: RouteRecordRaw[] = [
  { path: '/v/:token', component: () => import('./pages/TokenPage.vue'), props: true, meta: { public: true, title: 'public.token.title' } },
  { path: '/e/:token', component: () => import('./pages/RatePage.vue'), props: true, meta: { public: true, title: 'public.rate.title' } },
  { path: '/guide', component: () => import('./pages/GuidePage.vue'), meta: { public: true, title: 'public.guide.title' } },
  { path: '/guide/:id', component: () => import('./pages/GuideMatterPage.vue'), props: true, meta: { public: true, title: 'public.guide.title' } },
  { path: '/log', component: () => import('./pages/LogPage.vue'), meta: { public: true, title: 'public.log.title' } },
]
