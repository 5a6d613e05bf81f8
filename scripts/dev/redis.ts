// A private Redis on loopback, on the redis-server or valkey-server of this machine. Its settings
// are a file in its data folder, by which a server that outlived its launcher is recognized.
// Finding and installing the program is provide-programs.mjs.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { commandOf } from '../bootstrap/lock.mjs'
import { requireProgram } from '../bootstrap/provide-programs.mjs'
import { type Running, type StopStep, startProcess, stopProcess } from './processes.ts'

const stopSteps: readonly StopStep[] = [
  ['SIGTERM', 5000],
  ['SIGKILL', 2000],
]
const readyWithin = 20_000

export interface RedisOptions {
  readonly dataDir: string
  readonly port: number
  /** False for tests: nothing is written to disk. */
  readonly durable?: boolean
  /** More lines of its configuration. */
  readonly settings?: readonly string[]
}

/**
 * Starts Redis on 127.0.0.1 and resolves when it answers. A server that an earlier launcher left in
 * the same folder is stopped first.
 * @throws Error for the user: no program, or it ended, with the last lines of its log.
 */
export async function startRedis(options: RedisOptions): Promise<Running & { port: number }> {
  const { port, durable = true } = options
  const dataDir = resolve(options.dataDir)
  const program = requireProgram('redis')
  await recoverRedis(dataDir)
  mkdirSync(dataDir, { recursive: true })
  const log = join(dataDir, 'redis.log')
  const settings = join(dataDir, 'redis.conf')
  writeFileSync(log, '')
  writeFileSync(
    settings,
    [
      '# Written by the launcher at each start.',
      'bind 127.0.0.1',
      `port ${port}`,
      `dir ${JSON.stringify(dataDir)}`,
      `pidfile ${JSON.stringify(join(dataDir, 'redis.pid'))}`,
      `logfile ${JSON.stringify(log)}`,
      'daemonize no',
      'save ""',
      `appendonly ${durable ? 'yes' : 'no'}`,
      ...(options.settings ?? []),
      '',
    ].join('\n'),
  )
  const output = openSync(log, 'a') // a setting that Redis refuses is not in its own log yet
  const stdio = ['ignore', output, output] as const
  const running = await startProcess(program, [settings], { stdio: [...stdio] }, stopSteps)
  closeSync(output)
  const failure = await Promise.race([becomesReady(port, running.pid), running.exited])
  if (failure === undefined) return { ...running, port }
  await running.stop()
  const tail = readFileSync(log, 'utf8').trim().split('\n').slice(-5).join('\n  ')
  throw new Error(`Redis did not start on port ${port} (${failure}):\n  ${tail}`)
}

/** Stops the server that an earlier launcher left running in this folder, if there is one. */
export async function recoverRedis(dataDir: string): Promise<void> {
  const pidFile = join(resolve(dataDir), 'redis.pid')
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8'))
  if (pid > 0 && isServerOf(resolve(dataDir), pid)) await stopProcess(pid, stopSteps)
}

/** Redis shows `redis-server 127.0.0.1:<port>` as its command line, soon after its start. */
function isServerOf(dataDir: string, pid: number): boolean {
  const settings = join(dataDir, 'redis.conf')
  const command = commandOf(pid) ?? ''
  if (!existsSync(settings) || !/(redis|valkey)-server/.test(command)) return false
  const port = /^port (\d+)$/m.exec(readFileSync(settings, 'utf8'))?.[1]
  return command.includes(settings) || new RegExp(`127\\.0\\.0\\.1:${port}\\b`).test(command)
}

/** Undefined when the server answers; words where the deadline passed. */
async function becomesReady(port: number, pid: number): Promise<string | undefined> {
  const deadline = Date.now() + readyWithin
  while (Date.now() < deadline) {
    const answer = await ask(port, 'PING\r\nINFO server\r\n', /process_id:\d+\r/)
    // Another server may have the port; ours says -LOADING for PING while it reads its data.
    if (answer.startsWith('+PONG') && answer.includes(`process_id:${pid}\r`)) return undefined
    await sleep(25)
  }
  return `no answer within ${readyWithin / 1000} s`
}

/** What a server writes, up to `last` or until it closes or refuses the connection. */
function ask(port: number, commands: string, last: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect({ host: '127.0.0.1', port, timeout: 1000 })
    socket.once('connect', () => socket.write(commands))
    socket.on('data', (data) => {
      answer += data
      if (last.test(answer)) socket.destroy()
    })
    socket.once('timeout', () => socket.destroy())
    socket.once('error', () => {}) // closed as well
    socket.once('close', () => resolve(answer))
  })
}
