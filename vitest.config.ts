// Tests run in parallel, each file on a database, a Redis prefix and a port of its own. Files that follow
// each other share a process: loading Koa, knex and the rest again for each took a fifth of the run, and
// no module of the product holds state that one file could leave to the next.
import { configDefaults, defineConfig } from 'vitest/config'

/** The options that `npm test` and `npm run test:slow` share. */
export const shared = {
  globalSetup: 'tests/support/global-setup.ts',
  pool: 'forks',
  isolate: false,
  // By itself vitest leaves one core free, which is half of two.
  maxWorkers: 2,
} as const

export default defineConfig({
  test: {
    ...shared,
    include: ['tests/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'tests/slow/**'],
    // Ten times what the longest tests take, and more than `until` waits, whose message says what it waits for.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
