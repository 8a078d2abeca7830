/** A user agent in two words; what is not recognised is shown as it came, cut short. */
const BROWSERS: [RegExp, string][] = [
  [/MicroMessenger/, 'WeChat'],
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS/, 'macOS'],
  [/Linux/, 'Linux'],
]
const SHOWN = 40

export function browserOf(agent: string): string {
  const name = BROWSERS.find(([r]) => r.test(agent))?.[1]
  const system = SYSTEMS.find(([r]) => r.test(agent))?.[1]
  return name ? [name, system].filter(Boolean).join(' · ') : agent.slice(0, SHOWN)
}
