/** The chosen language, readable before the application starts. */
export type Language = 'zh-CN' | 'en'

const KEY = 'linli.language'

export function preferredLanguage(): Language {
  return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh-CN'
}

export function rememberLanguage(language: Language): void {
  localStorage.setItem(KEY, language)
}
