// Many clients that request large responses and do not read them: the memory of a server process.
// Slow because it builds the product and waits until the server drops these clients.
import { readFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import { person } from '../../support/builders.ts'
import { useProduct } from '../../support/product.ts'
import { useService } from '../../support/service.ts'
import { sendWithoutReading } from '../../support/slow-reader.ts'
import { until } from '../../support/until.ts'

const service = useService()
const product = useProduct(['server'])
const clients = 40
/** What these clients ask for is 2 GB. */
const times = 200
const mostMegabytes = 500

it('40 clients that do not read cost a bounded amount of memory and are disconnected', async () => {
  const ada = await person(service.api)
  const text = '\u{1f4d6}'.repeat(63_000)
  const path = `/users/${ada.username}/posts`
  const post = await service.api.as(ada).post(path, { title: 'Long', text })
  const large = post.headers.get('location') ?? ''
  const server = await product.startServer({ ...service.env, LOG_LEVEL: 'warn' })
  let most = 0
  const measuring = setInterval(async () => {
    const status = await readFile(`/proc/${server.child.pid}/status`, 'utf8')
    most = Math.max(most, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)
  }, 100)
  onTestFinished(() => clearInterval(measuring))
  const sockets = await Promise.all(
    Array.from({ length: clients }, () => sendWithoutReading(server.port, large, times)),
  )
  const statusOf = async () => {
    const answer = await fetch(server.origin + large)
    await answer.text()
    return answer.status
  }
  await until('a large answer that is not given', async () =>
    (await statusOf()) === 503 ? true : undefined,
  )
  expect((await fetch(`${server.origin}/api/v1/health`)).status).toBe(200)
  await until(
    'a large answer that is given',
    async () => ((await statusOf()) === 200 ? true : undefined),
    180_000,
  )
  clearInterval(measuring)
  for (const socket of sockets) socket.destroy()
  expect(most).toBeGreaterThan(50)
  expect(most).toBeLessThan(mostMegabytes)
}, 240_000)
