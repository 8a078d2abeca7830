/** When a step fails, what every open page showed is kept in `test-results/failed`. */
import { afterEach } from 'vitest'
import { resultsFolder } from './paths'
import { openPages } from './people'

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  const name = task.name.replace(/[^\w\p{L}]+/gu, '-')
  await Promise.allSettled(openPages().map((page, index) => page.screenshot({ path: `${resultsFolder('failed')}${name}-${index}.png` })))
})
