// Tests run in parallel, each file on a database, a Redis prefix and a port of its own. Files that follow
// each other share a process: loading Koa, knex and the rest again for each took a fifth of the run, and
// no module of the product holds state that one file could leave to the next.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: 'tests/support/global-setup.ts',
    pool: 'forks',
    isolate: false,
    // By itself vitest leaves one core free, which is half of two.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
