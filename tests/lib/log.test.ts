// The content of log lines, and what happens when they are not read.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createLogger } from '../../src/lib/log.ts'
import { person } from '../support/builders.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

function capture() {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  return { lines, log: createLogger({ level: 'debug', part: 'test' }, { write }) }
}

describe('a log line', () => {
  it('has no secrets', () => {
    const { lines, log } = capture()
    log.info({ password: 'hunter2', headers: { authorization: 'Bearer abc', cookie: 'abc' } })
    log.info({ user: { passwordHash: '$2b$abc' }, token: { access_token: 'abc' } })
    log.info({ refresh_token: 'abc', body: { text: 'abc' }, request: { rawBody: 'abc' } })
    expect(lines.join('')).not.toMatch(/hunter2|abc/)
  })
})

describe('the level of the log', () => {
  const script = `
    const { createLogger, switchLevelOnSignal } = await import('./src/lib/log.ts')
    const log = createLogger({ level: 'warn', part: 'test', version: '1.2.3', commit: 'abc' })
    switchLevelOnSignal(log)
    // A process that only waits for signals ends.
    const alive = setInterval(() => {}, 1000)
    for (const name of ['before', 'during', 'after']) {
      log.debug(name)
      if (name === 'after') break
      const arrived = new Promise((resolve) => process.once('SIGUSR2', resolve))
      process.kill(process.pid, 'SIGUSR2')
      await arrived
    }
    clearInterval(alive)
  `

  it('is debug from one SIGUSR2 to the next', async () => {
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((it) => JSON.parse(it))
    expect(lines.map((it) => it.logLevel ?? it.msg)).toEqual(['debug', 'during', 'warn'])
    expect(lines[0]).toMatchObject({ part: 'test', version: '1.2.3', commit: 'abc' })
  })
})

describe('many log lines of one turn', () => {
  // An uncaught error ends the process.
  const script = `
    const { createLogger } = await import('./src/lib/log.ts')
    const log = createLogger({ level: 'info', part: 'test' })
    for (let count = 1; count <= 2000; count += 1) log.info({ count }, 'é'.repeat(200))
    throw new Error('the end')
  `
  const run = '"$NODE" --import tsx --input-type=module --eval "$SCRIPT"'

  it('arrive completely on a pipe that two processes write to', async () => {
    const pipe = `(${run} & ${run} & wait) 2>/dev/null | cat`
    const { stdout } = await promisify(execFile)('sh', ['-c', pipe], {
      env: { PATH: process.env.PATH, NODE: process.execPath, SCRIPT: script },
      maxBuffer: 16_000_000,
    })
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(4000)
    for (const line of lines) expect(JSON.parse(line).msg).toHaveLength(200)
  })
})

describe('log lines that are not read', () => {
  /** Logs FIRST lines, and then one for each line of standard input. */
  const script = `
    const { createLogger } = await import('./src/lib/log.ts')
    const { createInterface } = await import('node:readline')
    const log = createLogger({ level: 'info', part: 'test' })
    const first = Number(process.env.FIRST)
    for (let count = 1; count <= first; count += 1) log.info({ count }, 'x'.repeat(1000))
    setImmediate(() => process.stderr.write('alive\\n'))
    for await (const line of createInterface({ input: process.stdin })) log.info({ line }, 'later')
  `
  const start = (stdout: 'pipe' | number, first: number) => {
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script]
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env.PATH, FIRST: String(first) },
      stdio: ['pipe', stdout, 'pipe'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
    return { child, ended, alive: once(child.stderr ?? child, 'data') }
  }
  const parsed = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line): Record<string, number | string> => JSON.parse(line))

  it('wait for a stalled reader, and are dropped and counted above a limit', async () => {
    const { child, ended, alive } = start('pipe', 5000)
    await alive
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk) => (text += chunk))
    const report = await until('the report of dropped lines', () =>
      text.endsWith('\n') ? parsed(text).find((it) => it.dropped !== undefined) : undefined,
    )
    child.stdin?.end('one\ntwo\n')
    expect(await ended).toBe(0)
    await until('the last line', () => text.includes('"line":"two"') || undefined)
    const lines = parsed(text)
    const written = lines.flatMap((it) => it.count ?? [])
    expect(written).toEqual(Array.from({ length: written.length }, (_, index) => index + 1))
    expect(written.length).toBeGreaterThan(1000)
    expect(report).toMatchObject({ level: 'error', dropped: 5000 - written.length })
  })

  it('do not keep a process from ending', async () => {
    const { child, ended, alive } = start('pipe', 5000)
    await alive
    child.stdin?.end()
    expect(await ended).toBe(0)
  })

  it('do not end a process if the disk is full or the reader has closed the pipe', async () => {
    const full = openSync('/dev/full', 'w')
    const disk = start(full, 5000)
    closeSync(full)
    const reader = start('pipe', 5000)
    reader.child.stdout?.destroy()
    for (const { child, ended, alive } of [disk, reader]) {
      await alive
      child.stdin?.end('one\n')
      expect(await ended).toBe(0)
    }
  })
})

describe('a database error in the log', () => {
  const service = useService()

  it('has the code and the stack, but no SQL text or value', async () => {
    const { lines, log } = capture()
    const queries = [
      service.db('users').where({ id: 'secret-value' }),
      service.db('users').insert({ id: '01935f3e-7c1a-7b3e-9d43-2f1c5a8e6b01', name: null }),
      service.db('users').where({ no_such_column: 'secret-value' }),
    ]
    for (const query of queries)
      log.error({ err: await query.then(null, (error: unknown) => error) })
    expect(lines).toHaveLength(3)
    for (const line of lines) {
      const { err } = JSON.parse(line)
      expect(err.code).toMatch(/^\w{5}$/)
      expect(err.stack).toContain('    at ')
      expect(line).not.toMatch(/secret-value|select|insert into|failing row/i)
    }
  })

  it('has the request id that the client received', async () => {
    const { token } = await person(service)
    await service.db.raw('alter table sessions rename column created_at to created_away')
    const response = await fetch(`${service.url}/api/v1/users/me/sessions`, {
      headers: { authorization: `Bearer ${token}`, 'x-request-id': 'look-for-me' },
    })
    await service.db.raw('alter table sessions rename column created_away to created_at')
    expect(response.status).toBe(500)
    expect(service.errors.splice(0)).toHaveLength(1)
    const line = service.logged().find((it) => it.msg === 'a request failed')
    expect(line).toMatchObject({ requestId: 'look-for-me', operationId: 'listSessions' })
  })
})
