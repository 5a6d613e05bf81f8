// The configuration of `npm run test:slow`: the suites that need minutes, a browser or a proxy.
import { defineConfig } from 'vitest/config'
import { shared } from './vitest.config.ts'

export default defineConfig({
  test: {
    ...shared,
    include: ['tests/slow/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
