/**
 * Texts: Chinese first and always loaded, English on demand.
 *
 * A module keeps its own texts in `modules/<name>/locale/{zh-CN,en}.ts`; they are merged here under the module's name.
 */
import { nextTick } from 'vue'
import { createI18n } from 'vue-i18n'
import { preferredLanguage, rememberLanguage, type Language } from './language'
import common from './common.zh-CN'

type Messages = Record<string, unknown>
const chinese = import.meta.glob<{ default: Messages }>('../modules/*/locale/zh-CN.ts', { eager: true })
const english = import.meta.glob<{ default: Messages }>('../modules/*/locale/en.ts')

function moduleName(path: string): string {
  return path.split('/').at(-3)!.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

const zh: Messages = { ...common }
for (const [path, file] of Object.entries(chinese)) zh[moduleName(path)] = file.default

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: 'zh-CN',
  missingWarn: false,
  fallbackWarn: false,
  messages: { 'zh-CN': zh, en: {} } as unknown as Record<string, Record<string, never>>,
})

async function loadEnglish(): Promise<void> {
  const en: Messages = { ...(await import('./common.en')).default }
  await Promise.all(
    Object.entries(english).map(async ([path, load]) => {
      en[moduleName(path)] = (await load()).default
    }),
  )
  i18n.global.setLocaleMessage('en', en as never)
}

export async function useLanguage(language: Language): Promise<void> {
  if (language === 'en') await loadEnglish()
  i18n.global.locale.value = language
  rememberLanguage(language)
  document.documentElement.lang = language
  await nextTick()
}

export const initialLanguage = preferredLanguage
export const t = i18n.global.t
