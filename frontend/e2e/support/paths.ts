/** Where things are: the project, its Python, and the folder that the tests may write to. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const PROJECT = fileURLToPath(new URL('../../..', import.meta.url))
export const RESULTS = fileURLToPath(new URL('../../test-results/', import.meta.url))

/** The interpreter that has the project installed: LINLI_PYTHON, the project's own environment, or the one on PATH. */
export const PYTHON = process.env.LINLI_PYTHON ?? [`${PROJECT}.venv/bin/python`].find(existsSync) ?? 'python'

export function resultsFolder(name: string): string {
  const folder = `${RESULTS}${name}/`
  mkdirSync(folder, { recursive: true })
  return folder
}

/** Runs a Python program of the project and returns what it printed; its failure is the test's failure. */
export function python(args: string[], input?: Uint8Array): string {
  const done = spawnSync(PYTHON, args, { cwd: PROJECT, input, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 })
  if (done.status !== 0) throw new Error(`python ${args.join(' ')}\n${done.stdout}\n${done.stderr || done.error}`)
  return done.stdout
}
