// A supervisor and its server processes.
// Takes more than 5 s, because processes end and start again. Part of `npm test`, because production starts
// like this.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { sendSignal } from '../support/signal.ts'
import { until } from '../support/until.ts'

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

async function start(...plan: ('fail' | 'listen')[]) {
  const folder = await mkdtemp(join(tmpdir(), 'cluster-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const env = { PATH: process.env.PATH, PLAN: plan.join(','), FOLDER: folder }
  const args = ['--import', 'tsx', 'tests/support/cluster-process.ts']
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const lines = () =>
    output
      .split('\n')
      .slice(0, -1)
      .map((line): Record<string, unknown> => JSON.parse(line))
  const listening = (count: number) =>
    until(`${count} starts that listen`, () => {
      const found = lines().filter((it) => it.msg === 'listening')
      return found.length === count ? found : undefined
    })
  return { child, ended, lines, listening }
}

describe('a supervisor', () => {
  it('ends with the exit code of the last process if all fail before any listens', async () => {
    const { ended } = await start('fail', 'fail')
    expect(await ended).toBe(3)
  })

  it('replaces a process that fails before it listens if another one listens', async () => {
    const { child, ended, listening } = await start('fail', 'listen', 'listen')
    await listening(2)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  it('replaces processes after a growing pause, while the others run', async () => {
    const plan = ['listen', 'listen', 'fail', 'fail', 'fail', 'listen'] as const
    const { child, ended, lines, listening } = await start(...plan)
    const [first, second] = (await listening(2)).map((it) => Number(it.pid))
    sendSignal(first, 'SIGKILL')
    await listening(3)
    sendSignal(second, 0)
    const pauses = lines().flatMap((it) => (it.pause === undefined ? [] : [it.pause]))
    expect(pauses).toEqual([100, 200, 400, 800])
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })
})
