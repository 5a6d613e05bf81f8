// Many clients that request large responses and do not read them: the memory of a server process.
// Slow because it builds the product and waits until the server drops these clients.
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { useProduct } from '../../support/product.ts'
import { useService } from '../../support/service.ts'
import { largeList, sendWithoutReading } from '../../support/slow-reader.ts'
import { until } from '../../support/until.ts'

const service = useService()
const product = useProduct()
const clients = 40
/** What these clients ask for is 2 GB. */
const times = 200
/**
 * The heap of the server. V8 collects garbage late where the heap may grow, so a process without this limit
 * shows how V8 works and not what the server holds.
 */
const heapMegabytes = 192
/** The heap, and with it buffers, code and the young generation. */
const mostMegabytes = 500

it('40 clients that do not read leave a server with a small heap running, and are disconnected', async () => {
  const large = await largeList(service)
  const options = `--max-old-space-size=${heapMegabytes}`
  const server = await product.startServer({
    ...service.env,
    LOG_LEVEL: 'warn',
    NODE_OPTIONS: options,
  })
  let most = 0
  const measuring = setInterval(async () => {
    const status = await readFile(`/proc/${server.child.pid}/status`, 'utf8')
    most = Math.max(most, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)
  }, 100)
  onTestFinished(() => clearInterval(measuring))
  /** What a client that reads is told. */
  const answer = async () => {
    const response = await fetch(server.origin + large.path, large)
    const body = await response.text()
    return response.status === 200 ? 'the list' : (JSON.parse(body) as { detail: string }).detail
  }
  const answers = new Set<string>()
  const sockets: Socket[] = []
  for (let count = 0; count < clients; count++) {
    sockets.push(await sendWithoutReading(server.port, large, times))
    // Comes after theirs. Sent all at once, most of them would wait too long for the database.
    answers.add(await answer())
  }
  expect(answers).toContain('Too many responses wait for clients that read slowly.')
  // The check of the database has short limits, which a busy process may miss once.
  await until('a healthy server', async () => {
    const { ok } = await fetch(`${server.origin}/api/v1/health`)
    return ok || undefined
  })
  await until(
    'a large answer that is given',
    async () => ((await answer()) === 'the list' ? true : undefined),
    180_000,
  )
  clearInterval(measuring)
  expect(server.child.exitCode).toBeNull()
  for (const socket of sockets) socket.destroy()
  expect(most).toBeGreaterThan(50)
  expect(most).toBeLessThan(mostMegabytes)
}, 240_000)
