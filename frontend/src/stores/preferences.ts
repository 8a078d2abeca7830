/** Choices of this browser: elder mode and language. They change how a screen is drawn, never what it holds. */
import { ref, watchEffect } from 'vue'
import { defineStore } from 'pinia'
import { useLanguage } from '@/i18n'
import { preferredLanguage, type Language } from '@/i18n/language'

export const usePreferences = defineStore('preferences', () => {
  const elder = ref(localStorage.getItem('linli.elder') === '1')
  const language = ref<Language>(preferredLanguage())

  watchEffect(() => {
    document.documentElement.toggleAttribute('data-elder', elder.value)
    localStorage.setItem('linli.elder', elder.value ? '1' : '0')
  })

  async function setLanguage(next: Language): Promise<void> {
    await useLanguage(next)
    language.value = next
  }

  return { elder, language, setLanguage }
})
