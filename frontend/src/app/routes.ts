/** Every address of the application; the guards are the router's, and the browser's tests visit each one. */
import type { RouteRecordRaw } from 'vue-router'
import { bareRoutes, routes } from '@/modules'
import type { Role } from '@/stores/session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Roles for which the page makes sense; absent means everyone signed in. */
    roles?: readonly Role[]
    /** Opens without sign-in. */
    public?: boolean
    /** Key of the page's title. */
    title?: string
    /** The rail's area it belongs to. */
    area?: string
    /** Shows records of another county where a post reaches several; the address names it. */
    visits?: boolean
  }
}

export function everyRoute(home: () => string): RouteRecordRaw[] {
  return [
    { path: '/sign-in', component: () => import('./pages/SignInPage.vue'), meta: { public: true, title: 'shell.signIn' } },
    ...bareRoutes,
    {
      path: '/',
      component: () => import('./AppShell.vue'),
      children: [
        { path: '', redirect: home },
        { path: 'account', component: () => import('./pages/AccountPage.vue'), meta: { title: 'shell.account' } },
        { path: 'forbidden', component: () => import('./pages/ForbiddenPage.vue'), meta: { title: 'shell.forbidden' } },
        ...routes,
        { path: ':path(.*)*', component: () => import('./pages/NotFoundPage.vue'), meta: { title: 'shell.notFound' } },
      ],
    },
  ]
}
