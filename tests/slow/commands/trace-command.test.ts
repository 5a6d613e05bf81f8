// `npm run trace` shows what a request runs, and so how much of `src/` a reader meets on its way.
// Slow because it starts a PostgreSQL, a Redis and the API.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
const trace = (...args: string[]) =>
  run(process.execPath, ['--import', 'tsx', 'scripts/trace/trace.ts', ...args])

/** The most files of src/ that an update may run functions of. */
const limit = 42

describe('npm run trace', () => {
  it(`runs functions of at most ${limit} files for an update, from the server to the log`, async () => {
    const { stdout } = await trace('updateUser')
    const [, status, count] = /^updateUser answered (\d+) .* (\d+) files:/.exec(stdout) ?? []
    const files = [...stdout.matchAll(/^ {2}(src\/\S+\.ts) {2}\S/gm)].map(([, file]) => file)
    expect(status).toBe('200')
    expect(files).toHaveLength(Number(count))
    expect(files.length, stdout).toBeLessThanOrEqual(limit)
    const inOrder = [
      'src/http/server.ts',
      'src/engine/lifecycle.ts',
      'src/features/accounts/handlers.ts',
    ]
    expect(files.filter((it) => inOrder.includes(it ?? ''))).toEqual(inOrder)
  })

  it('names the operations where it does not know the one that it is given', async () => {
    const failure = await trace('createNothing').catch((error) => error)
    expect(failure.code).toBe(2)
    expect(failure.stderr).toContain('updateUser')
  })
})
