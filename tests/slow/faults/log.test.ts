// The service while it cannot write its log: a full disk, a stalled reader.
// Slow because it builds the product, starts processes, and fills what holds their lines.
import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import { submitJob } from '../../support/jobs.ts'
import { useProduct } from '../../support/product.ts'
import { useService } from '../../support/service.ts'
import { until } from '../../support/until.ts'

const service = useService()
const product = useProduct()
/** A path whose line in the log is long. */
const longPath = `/api/v1/users/${'x'.repeat(7000)}`
const isRoot = process.getuid?.() === 0

/** Sends requests with long log lines; each has to be answered. */
async function fillLog(origin: string, count: number) {
  for (let sent = 0; sent < count; sent += 1) {
    const { status } = await fetch(origin + longPath)
    expect(status).toBe(422)
  }
}

it('continues while the disk of its log is full, and reports dropped lines later', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'full-disk-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  // A small disk in a mount namespace of its own, so that nothing of it stays behind.
  const script = `
    mount -t tmpfs -o size=8m tmpfs "${folder}"
    head -c 8m /dev/zero > "${folder}/ballast" || true
    exec "$@" > "${folder}/log"
  `
  const onFullDisk = (entry: string) => [
    'unshare',
    ...(isRoot ? ['-m'] : ['-rm']),
    ...['sh', '-c', script, 'sh', process.execPath, `dist/${entry}.js`],
  ]
  const env = { ...service.env, LOG_LEVEL: 'info' }
  const server = await product.startServer(env, onFullDisk('server'))
  const [program = '', ...args] = onFullDisk('worker')
  const workerPort = await freePort()
  const worker = product.run(program, args, { ...env, WORKER_PORT: String(workerPort) })
  await fillLog(server.origin, 300)
  await (await submitJob(service.db)).is('over')
  expect((await fetch(`${server.origin}/livez`)).status).toBe(200)
  expect((await fetch(`http://127.0.0.1:${workerPort}/livez`)).status).toBe(200)

  const disk = `/proc/${server.child.pid}/root${folder}`
  expect(await readFile(`${disk}/log`, 'utf8')).toBe('')
  await truncate(`${disk}/ballast`)
  await until('the line that counts', async () => {
    const lines = (await readFile(`${disk}/log`, 'utf8')).split('\n').slice(0, -1)
    return lines.map((it) => JSON.parse(it)).find((it) => it.dropped > 0)
  })
  for (const { child, ended } of [server, worker]) {
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
  }
})

it('continues while the reader of its log stalls, and reports dropped lines later', async () => {
  const env = { ...service.env, LOG_LEVEL: 'info' }
  const server = await product.startServer(env)
  server.child.stdout?.pause()
  await fillLog(server.origin, 400)
  expect((await fetch(`${server.origin}/livez`)).status).toBe(200)
  server.child.stdout?.resume()
  const report = await until('the line that counts', () =>
    server
      .printed()
      .split('\n')
      .find((it) => it.includes('"dropped":')),
  )
  expect(JSON.parse(report).dropped).toBeGreaterThan(0)
  server.child.stdout?.pause()
  await fillLog(server.origin, 400)
  server.child.kill('SIGTERM')
  await until('the end of the server', () => server.child.exitCode ?? undefined)
  expect(server.child.exitCode).toBe(0)
  server.child.stdout?.resume()
})
