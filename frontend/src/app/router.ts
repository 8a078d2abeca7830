/** Routes and their guards. The role in a route's meta is a courtesy; the server decides. */
import { createRouter, createWebHistory } from 'vue-router'
import { areasFor } from '@/modules'
import { residentSession } from '@/modules/public/residentSession'
import { useSession } from '@/stores/session'
import { t } from '@/i18n'
import { countyOf, inCounty, visit } from '@/shared/lib/visit'
import { everyRoute } from './routes'

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: everyRoute(() => areasFor(useSession().role)[0]?.to ?? '/account'),
})

router.beforeEach(async (to, from) => {
  if (to.meta.public) return true
  const session = useSession()
  if (!session.ready) await session.restore()
  if (!session.signedIn) return { path: '/sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
  if (to.meta.roles && !session.is(...to.meta.roles)) return { path: '/forbidden' }
  // From a list of another county to its record: the way goes on in that county.
  const onward = from.meta.visits && to.meta.visits && to.params.id !== undefined && to.query.county === undefined
  if (onward && inCounty().county) return { ...to, query: { ...to.query, ...inCounty() } }
  return true
})

router.afterEach((to) => {
  // What a resident read on this screen is not left to whoever works on it next.
  if (!to.meta.public) residentSession.forget()
  const session = useSession()
  visit(to.meta.visits ? countyOf(to.query, session.post?.tenants ?? [], session.user?.tenant) : undefined)
  document.title = to.meta.title ? `${t(to.meta.title)} · ${t('app.name')}` : t('app.name')
})
