import { createApp } from 'vue'
import { createPinia } from 'pinia'
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import 'element-plus/theme-chalk/base.css'
import '@/shared/styles/tokens.css'
import '@/shared/styles/element.css'
import '@/shared/styles/base.css'
import '@/shared/styles/print.css'
import { asProblem } from '@/api/problem'
import App from '@/app/App.vue'
import { router } from '@/app/router'
import { i18n, initialLanguage, useLanguage } from '@/i18n'

// A refusal does not change by asking again; only an unreachable service is worth a second try.
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && asProblem(error).unreachable,
    },
  },
})

async function start(): Promise<void> {
  await useLanguage(initialLanguage())
  createApp(App).use(createPinia()).use(i18n).use(VueQueryPlugin, { queryClient: queries }).use(router).mount('#app')
}

void start()
