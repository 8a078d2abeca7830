import { createApp } from 'vue'
import { createPinia } from 'pinia'
import { VueQueryPlugin } from '@tanstack/vue-query'
import 'element-plus/theme-chalk/base.css'
import '@/shared/styles/tokens.css'
import '@/shared/styles/element.css'
import '@/shared/styles/base.css'
import '@/shared/styles/print.css'
import { queries } from '@/api/queries'
import App from '@/app/App.vue'
import { router } from '@/app/router'
import { i18n, initialLanguage, useLanguage } from '@/i18n'

async function start(): Promise<void> {
  await useLanguage(initialLanguage())
  createApp(App).use(createPinia()).use(i18n).use(VueQueryPlugin, { queryClient: queries }).use(router).mount('#app')
}

void start()
