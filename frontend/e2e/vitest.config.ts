/**
 * End-to-end tests: the whole demo system, a real browser, the keyboard. Run by `make e2e`.
 *
 * Against a system that runs already: `LINLI_BASE_URL=http://127.0.0.1:8000 npm run e2e`.
 * Pictures of every screen are left in `test-results/screens`.
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
