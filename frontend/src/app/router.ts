/** Routes and their guards. The role in a route's meta is a courtesy; the server decides. */
import { createRouter, createWebHistory } from 'vue-router'
import { areasFor, bareRoutes, routes } from '@/modules'
import { useSession, type Role } from '@/stores/session'
import { t } from '@/i18n'

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
  }
}

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/sign-in', component: () => import('./pages/SignInPage.vue'), meta: { public: true, title: 'shell.signIn' } },
    ...bareRoutes,
    {
      path: '/',
      component: () => import('./AppShell.vue'),
      children: [
        { path: '', redirect: () => areasFor(useSession().role)[0]?.to ?? '/account' },
        { path: 'account', component: () => import('./pages/AccountPage.vue'), meta: { title: 'shell.account' } },
        { path: 'forbidden', component: () => import('./pages/ForbiddenPage.vue'), meta: { title: 'shell.forbidden' } },
        ...routes,
        { path: ':path(.*)*', component: () => import('./pages/NotFoundPage.vue'), meta: { title: 'shell.notFound' } },
      ],
    },
  ],
})

router.beforeEach(async (to) => {
  if (to.meta.public) return true
  const session = useSession()
  if (!session.ready) await session.restore()
  if (!session.signedIn) return { path: '/sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
  if (to.meta.roles && !session.is(...to.meta.roles)) return { path: '/forbidden' }
  return true
})

router.afterEach((to) => {
  document.title = to.meta.title ? `${t(to.meta.title)} · ${t('app.name')}` : t('app.name')
})
