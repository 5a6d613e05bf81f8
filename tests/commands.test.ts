// How scripts run commands: what a check prints is there when it fails.
import { expect, it } from 'vitest'
import { runQuietly } from '../scripts/test/commands.ts'

it('a check that fails is reported with the last line of its output', async () => {
  // The line comes after the check itself has ended.
  const line = '(sleep 0.3; echo last) & echo first; exit 3'
  expect(await runQuietly(['sh', '-c', line])).toEqual({ ok: false, output: 'first\nlast\n' })
})

it('a check that cannot be started is reported with the reason', async () => {
  const { ok, output } = await runQuietly(['no-such-command'])
  expect([ok, output]).toEqual([false, expect.stringContaining('ENOENT')])
})

it.each(['', '18', '24.1', 'latest'])(
  'test:node does not take %j for a version',
  async (version) => {
    const command = [process.execPath, '--import', 'tsx', 'scripts/test/node.ts', version]
    expect(await runQuietly(command)).toEqual({
      ok: false,
      output: 'usage: npm run test:node -- 24 [test files], with a major version from 20\n',
    })
  },
)
