/**
 * End-to-end tests: the whole demo system, a real browser, the keyboard.
 *
 * `make e2e`, or in `frontend/`: `npx vitest run --config e2e/vitest.config.ts`. LINLI_E2E_URL tests a system that already runs.
 * Pictures of every screen, axe findings and the system's log are left in `e2e/results`.
 */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    include: ['story/*.e2e.ts'],
    environment: 'node',
    globalSetup: './support/system.ts',
    // One story after the other: each leaves traces that the next one reads, as days in a hall do.
    fileParallelism: false,
    sequence: { shuffle: false },
    testTimeout: 90_000,
    hookTimeout: 120_000,
    reporters: ['verbose'],
  },
})
