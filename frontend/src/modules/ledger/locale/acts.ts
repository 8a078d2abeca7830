/** Words of the acts, of their objects, outcomes, purposes and sources, and of the posts, in both languages from one file that the tests hold against the services. */
import words from './acts.json'

/** Where a language stands in each pair. */
type Language = 0 | 1
type Pairs = Record<string, string[]>

const chosen = (pairs: Pairs, language: Language): Record<string, string> => Object.fromEntries(Object.entries(pairs).map(([code, pair]) => [code, pair[language] ?? code]))

export const roles = (language: Language): Record<string, string> => chosen(words.roles, language)
export const outcomes = (language: Language): Record<string, string> => chosen(words.outcomes, language)
export const purposes = (language: Language): Record<string, string> => chosen(words.purposes, language)
export const sources = (language: Language): Record<string, string> => chosen(words.sources, language)
export const objects = (language: Language): Record<string, string> => chosen(words.objects, language)
export const actions = (language: Language): Record<string, Record<string, string>> => Object.fromEntries(Object.entries(words.actions).map(([noun, acts]) => [noun, chosen(acts, language)]))
