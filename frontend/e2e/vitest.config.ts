/**
 * End-to-end tests: the whole demo system, a real browser, the keyboard. Run by `make e2e`.
 *
 * Against a system that runs already: `LINLI_BASE_URL=http://127.0.0.1:8000 npm run e2e`.
 * Pictures of every screen are left in `test-results/screens`.
 */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files in the order of their numbers. */
class ByName extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.sort((a, b) => a.moduleId.localeCompare(b.moduleId))
  }
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  resolve: { alias: { '@': fileURLToPath(new URL('../src', import.meta.url)) } },
  test: {
    include: ['story/*.e2e.ts'],
    environment: 'node',
    globalSetup: './support/system.ts',
    setupFiles: ['./support/failures.ts'],
    // One story after the other: each leaves traces that the next one reads, as days in a hall do.
    fileParallelism: false,
    maxConcurrency: 2,
    sequence: { sequencer: ByName },
    // What follows a broken step of a story would only fail for want of it.
    bail: 1,
    // Generous for a machine that does other things: what is waited for ends the wait.
    expect: { poll: { timeout: 45_000 } },
    testTimeout: 240_000,
    hookTimeout: 240_000,
    reporters: ['verbose'],
  },
})
