/** Routes and their guards. The role in a route's meta is a courtesy; the server decides. */
import { createRouter, createWebHistory } from 'vue-router'
import { areasFor } from '@/modules'
import { useSession } from '@/stores/session'
import { t } from '@/i18n'
import { everyRoute } from './routes'

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: everyRoute(() => areasFor(useSession().role)[0]?.to ?? '/account'),
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
