/** What a village publishes: staff write, check and answer; everybody reads, asks and checks. */
import type { RouteRecordRaw } from 'vue-router'
import type { Area } from '@/modules'
import type { Role } from '@/stores/session'

const ROLES: readonly Role[] = ['village_official', 'clerk', 'bookkeeper', 'supervisor', 'township_officer', 'county_admin', 'auditor']

export const areas: Area[] = [{ key: 'publishing', label: 'disclosures.area', icon: 'log', to: '/publishing', roles: ROLES, order: 60 }]

const meta = (title: string): RouteRecordRaw['meta'] => ({ title, area: 'publishing', roles: ROLES, visits: true })

export const routes: RouteRecordRaw[] = [
  { path: 'publishing', component: () => import('./pages/DutiesPage.vue'), meta: meta('disclosures.area') },
  { path: 'publishing/all', component: () => import('./pages/DisclosureListPage.vue'), meta: meta('disclosures.all') },
  { path: 'publishing/questions', component: () => import('./pages/QuestionsPage.vue'), meta: meta('disclosures.questions') },
  { path: 'publishing/new', component: () => import('./pages/NewDisclosurePage.vue'), meta: { ...meta('disclosures.new'), roles: ['village_official', 'clerk', 'bookkeeper'] } },
  { path: 'publishing/:id', component: () => import('./pages/DisclosurePage.vue'), props: true, meta: meta('disclosures.one') },
]

export const bare: RouteRecordRaw[] = [
  { path: '/disclosures', component: () => import('./pages/PublicListPage.vue'), meta: { public: true, title: 'disclosures.public.title' } },
  { path: '/disclosures/:id', component: () => import('./pages/PublicDisclosurePage.vue'), props: true, meta: { public: true, title: 'disclosures.public.title' } },
  { path: '/subscriptions', component: () => import('./pages/SubscriptionsPage.vue'), meta: { public: true, title: 'disclosures.follow.title' } },
  { path: '/v/s/:token', component: () => import('./pages/EndSubscriptionPage.vue'), props: true, meta: { public: true, title: 'disclosures.follow.title' } },
  { path: '/v/q/:token', component: () => import('./pages/FollowQuestionPage.vue'), props: true, meta: { public: true, title: 'disclosures.public.yourQuestion' } },
]
