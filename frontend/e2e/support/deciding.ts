/** A deliberation behind a story: its steps taken by the same API and the same people, as a second clerk would. */
import { fileURLToPath } from 'node:url'
import { expect, inject } from 'vitest'
import { PICTURE } from './behind'
import { python } from './paths'
import { behind, type Village } from './people'
import { bring } from './publishing'

const END_WAITING = fileURLToPath(new URL('end_waiting.py', import.meta.url))
const LIST = '/api/supervision/v1/deliberations'
const DISCLOSURES = '/api/supervision/v1/disclosures'
const REGISTERED = ['party_members', 'villagers', 'residents']
const PLACE = '村部会议室'
const REPRESENTATIVES = 9
const DAY_MS = 86_400_000

export interface Step {
  code: string
  kind: 'plain' | 'gathering' | 'vote' | 'publication' | 'execution'
  bodies: string[]
  categories: string[]
  check_in: string | null
  disclosures: { id: string; category: string; state: string }[]
}
export interface Deliberation {
  id: string
  version: number
  state: string
  position: number
  steps: Step[]
}

export async function json<T>(answer: Response): Promise<T> {
  expect(answer.ok, `${answer.url}: ${answer.status} ${await answer.clone().text()}`).toBe(true)
  return (await answer.json()) as T
}

/** Today where the villages are. */
export const today = (): string => new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
/** So many days from now, as a field of a date takes it. */
export const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)

export class Deciding {
  id = ''

  /** `people` stand on the lists that the village makes itself; without them the first of the Party members do. */
  constructor(readonly village: Village, public people: string[] = []) {}

  api = (method: 'GET' | 'POST', path: string, body?: unknown, headers?: Record<string, string>, role = 'village_official'): Promise<Response> => behind(this.village.account(role)).api(method, path, body, headers)

  async begin(procedure: string, title: string, matter = `${title}，由村集体经费列支。`): Promise<void> {
    this.id = (await json<Deliberation>(await this.api('POST', LIST, { division: this.village.division, procedure, title, matter }))).id
  }

  read = async (): Promise<Deliberation> => json(await this.api('GET', `${LIST}/${this.id}`))

  /** The answer to a command over what stands now. */
  async try(command: string, body: unknown = {}, role?: string): Promise<Response> {
    return this.api('POST', `${LIST}/${this.id}/${command}`, body, { 'if-match': `"${(await this.read()).version}"` }, role)
  }

  give = async (command: string, body?: unknown, role?: string): Promise<Deliberation> => json(await this.try(command, body, role))

  /** What several clerks do side by side in a meeting. */
  meeting = async (what: 'attendance' | 'votes', body: unknown): Promise<Deliberation> => json(await this.api('POST', `${LIST}/${this.id}/${what}`, body))

  /** The first two hundred of a roll. */
  async roll(body: string): Promise<string[]> {
    const { items } = await json<{ items: { resident: string }[] }>(await this.api('GET', `${LIST}/${this.id}/roll?body=${body}&limit=200`))
    return items.map((one) => one.resident)
  }

  /** The days of publicity or of notice of the step that is due now are over. */
  waited(): void {
    python([END_WAITING, inject('dataFolder'), this.id])
  }

  /** Takes steps until the one of this code is due. */
  async upTo(code: string): Promise<void> {
    for (let one = await this.read(); one.steps[one.position]!.code !== code; one = await this.read()) {
      expect(one.state, `on the way to ${code}`).toBe('open')
      await this.take(one.steps[one.position]!)
    }
  }

  private async take(step: Step): Promise<void> {
    if (step.kind === 'plain' || step.kind === 'gathering') await this.give('record', { held_on: today(), result: 'agreed', note: '同意，按程序进行。' })
    else if (step.kind === 'vote') await this.vote(step)
    else if (step.kind === 'execution') await this.carryOut(23_860_050)
    else {
      await this.show()
      this.waited()
      await this.give('conclude')
    }
  }

  /** What was begun to publish the step that is due now. */
  async begun(): Promise<Step['disclosures']> {
    const { steps, position } = await this.read()
    return steps[position]!.disclosures
  }

  /** Opens the meeting: the roll is frozen, the meeting called for now. */
  async sit(step: Step): Promise<Deliberation> {
    const listed = step.bodies.filter((body) => !REGISTERED.includes(body))
    await this.give('enrol', { listed: Object.fromEntries(listed.map((body) => [body, this.people])) })
    // A village whose people nobody knows by id has them from the first roll that the registry gives.
    if (!this.people.length && !listed.length) this.people = (await this.roll(step.bodies[0]!)).slice(0, REPRESENTATIVES)
    await this.give('call', { at: new Date().toISOString(), place: PLACE })
    return this.give('sit')
  }

  private async vote(step: Step): Promise<void> {
    await this.sit(step)
    for (const body of step.bodies) {
      const residents = await this.roll(body)
      await this.meeting('attendance', { body, residents })
      await this.meeting('votes', { body, residents, choice: 'for' })
    }
    await this.give('close', { note: '逐项说明，回答提问，随后表决。' })
  }

  /** Begins what publishes the step under this category. */
  async draft(category: string): Promise<string> {
    const { items } = await json<{ items: { code: string; category: string }[] }>(await this.api('GET', `${DISCLOSURES}/catalogue`))
    const item = items.find((one) => one.category === category)!.code
    const { disclosure_id: shown } = await json<{ disclosure_id: string }>(await this.api('POST', `${LIST}/${this.id}/drafts`, { item }))
    return shown
  }

  /** Takes it to everybody as well. */
  async publish(category: string): Promise<string> {
    const shown = await this.draft(category)
    await bring(this.village, shown)
    return shown
  }

  async show(): Promise<void> {
    const { steps, position } = await this.read()
    const disclosures = []
    for (const category of steps[position]!.categories) disclosures.push(await this.publish(category))
    await this.give('publish', { disclosures })
  }

  /** Planned and reached in one milestone with its picture; what is left is to ask the committee. */
  async reach(): Promise<void> {
    await this.give('plan', { responsible: '李国强', budget_fen: 24_000_000, milestones: [{ title: '浇筑路面', due_on: inDays(20) }] })
    const picture = new FormData()
    picture.set('file', new Blob([PICTURE], { type: 'image/png' }), '路面.png')
    await json(await this.api('POST', `${LIST}/${this.id}/files?kind=photograph`, picture))
    await this.give('report', { note: '已浇筑完成，养护七天。', reached: true })
  }

  /** The supervision committee finds it good. */
  accept = (): Promise<Deliberation> => this.give('accept', { note: '实测长 800 米，账据相符。' }, 'supervisor')

  private async carryOut(cost: number): Promise<void> {
    await this.reach()
    await this.give('complete', { cost_fen: cost, note: '' })
    await this.accept()
  }
}
