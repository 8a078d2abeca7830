/**
 * The system under test: `linli run` on a free port with a data folder of its own, stopped as an operator stops it.
 *
 * When a run ends no process is left, or the run fails.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { TestProject } from 'vitest/node'
import { PROJECT, PYTHON, resultsFolder } from './paths'

declare module 'vitest' {
  interface ProvidedContext {
    baseUrl: string
    /** The data folder; empty for a system that was running already. */
    dataFolder: string
  }
}

// A first start installs nothing (that is `make`'s part) but makes the databases and 4,000 people.
const READY_WITHIN_MS = 240_000
const STOPPED_WITHIN_MS = 30_000

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = process.env.LINLI_E2E_URL
  if (running) {
    project.provide('baseUrl', running.replace(/\/$/, ''))
    project.provide('dataFolder', process.env.LINLI_E2E_DATA ?? '')
    return async () => undefined
  }
  const data = await mkdtemp(join(tmpdir(), 'linli-e2e-'))
  const port = await freePort()
  const baseUrl = `http://127.0.0.1:${port}`
  const system = start(data, port)
  try {
    await ready(system, baseUrl)
  } catch (error) {
    await stop(system)
    throw error
  }
  project.provide('baseUrl', baseUrl)
  project.provide('dataFolder', data)
  return async () => {
    await stop(system)
    await rm(data, { recursive: true, force: true })
  }
}

function start(data: string, port: number): ChildProcess {
  const system = spawn(PYTHON, ['-m', 'linli_launcher', 'run', '--data', data, '--port', String(port)], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log = createWriteStream(`${resultsFolder('.')}system.log`)
  system.stdout?.pipe(log, { end: false })
  system.stderr?.pipe(log, { end: false })
  return system
}

async function ready(system: ChildProcess, baseUrl: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (Date.now() < deadline) {
    if (system.exitCode !== null) throw new Error(`linli run ended with ${system.exitCode}: see e2e/results/system.log`)
    const answer = await fetch(`${baseUrl}/readyz`).catch(() => null)
    if (answer?.ok) return
    await pause(250)
  }
  throw new Error('linli run was not ready in time: see e2e/results/system.log')
}

async function stop(system: ChildProcess): Promise<void> {
  if (system.exitCode !== null) return
  const ended = new Promise<number | null>((resolve) => system.once('exit', resolve))
  system.kill('SIGINT')
  const code = await Promise.race([ended, pause(STOPPED_WITHIN_MS, 'late' as const, { ref: false })])
  if (code === 'late') {
    system.kill('SIGKILL')
    throw new Error('linli run did not stop on SIGINT')
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
