// Runs a private Redis on loopback with the redis-server or valkey-server of this machine. Its settings are
// a file in its data folder, which identifies a server that outlived its launcher.
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
  /** False for tests: Redis writes nothing to disk. */
  readonly durable?: boolean
  /** More lines of its configuration. */
  readonly settings?: readonly string[]
}

/**
 * Starts Redis on 127.0.0.1 and resolves when it answers. It first stops a server that an earlier launcher
 * left in the folder.
 * @throws Error for the user if the program is missing or ends, with the last lines of its log.
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
  const output = openSync(log, 'a') // Redis reports an invalid setting here, not in its own log
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

/** Tells whether the process is the server of this folder. Redis changes its command line to its address. */
function isServerOf(dataDir: string, pid: number): boolean {
  const settings = join(dataDir, 'redis.conf')
  const command = commandOf(pid) ?? ''
  if (!existsSync(settings) || !/(redis|valkey)-server/.test(command)) return false
  const port = /^port (\d+)$/m.exec(readFileSync(settings, 'utf8'))?.[1]
  return command.includes(settings) || new RegExp(`127\\.0\\.0\\.1:${port}\\b`).test(command)
}

/** Resolves when the server answers, or with a message when the deadline passes. */
async function becomesReady(port: number, pid: number): Promise<string | undefined> {
  const deadline = Date.now() + readyWithin
  while (Date.now() < deadline) {
    const answer = await ask(port, 'PING\r\nINFO server\r\n', /process_id:\d+\r/)
    // Another server may have the port. Ours answers PING with -LOADING while it reads its data.
    if (answer.startsWith('+PONG') && answer.includes(`process_id:${pid}\r`)) return undefined
    await sleep(25)
  }
  return `no answer within ${readyWithin / 1000} s`
}

/** Returns what a server answers, up to `last` or until the connection ends or fails. */
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
