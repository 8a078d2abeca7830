/** The second screen at a window; it signs nobody in, the code on the clerk's screen makes it one. */
import type { RouteRecordRaw } from 'vue-router'

export const bare: RouteRecordRaw[] = [{ path: '/pad', component: () => import('./pages/PadPage.vue'), meta: { public: true, title: 'pad.title' } }]
