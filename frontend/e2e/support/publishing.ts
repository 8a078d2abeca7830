/** Publishing behind a story, by the same API and the same people. */
import { expect } from 'vitest'
import { behind, type Village } from './people'

const LIST = '/api/supervision/v1/disclosures'

async function json<T>(answer: Response): Promise<T> {
  expect(answer.ok, `${answer.url}: ${answer.status} ${await answer.clone().text()}`).toBe(true)
  return (await answer.json()) as T
}

/** One step of a disclosure's way, over what stands now. */
export async function step(village: Village, disclosure: string, taken: string, role: string): Promise<void> {
  const who = behind(village.account(role))
  const { version } = await json<{ version: number }>(await who.api('GET', `${LIST}/${disclosure}`))
  await json(await who.api('POST', `${LIST}/${disclosure}/${taken}`, { reason: '' }, { 'if-match': `"${version}"` }))
}

/** Takes a draft through the committee's check to everybody. */
export async function bring(village: Village, disclosure: string): Promise<void> {
  await step(village, disclosure, 'submit', 'village_official')
  await step(village, disclosure, 'check', 'supervisor')
  await step(village, disclosure, 'publish', 'village_official')
}

/** Writes and publishes something that belongs to no period; returns its id. */
export async function published(village: Village, item: string, title: string): Promise<string> {
  const draft = { division: village.division, item, title, body: '内容见村部公开栏。', tables: [] }
  const { id } = await json<{ id: string }>(await behind(village.account('village_official')).api('POST', LIST, draft, { 'idempotency-key': crypto.randomUUID() }))
  await bring(village, id)
  return id
}
