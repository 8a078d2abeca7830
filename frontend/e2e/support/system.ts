/** The system under test: `make e2e` starts one and names it, or LINLI_BASE_URL names one that runs already. */
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    baseUrl: string
    /** The data folder, for tests that change its bytes; empty when it is not known. */
    dataFolder: string
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const baseUrl = process.env.LINLI_BASE_URL?.replace(/\/$/, '')
  if (!baseUrl) throw new Error('run `make e2e`, or name a running demo system in LINLI_BASE_URL')
  const answer = await fetch(`${baseUrl}/readyz`).catch(() => null)
  if (!answer?.ok) throw new Error(`${baseUrl} is not ready`)
  project.provide('baseUrl', baseUrl)
  project.provide('dataFolder', process.env.LINLI_DATA ?? '')
}
