// Clients that read slowly or not at all: how long the server waits for them, and how much it keeps for them.
// Takes more than 5 s, because megabytes have to pile up. Part of `npm test`, because any change of a response
// can break it.
import { describe, expect, it } from 'vitest'
import { createClient } from '../support/client.ts'
import { listenWith } from '../support/listen.ts'
import { useService } from '../support/service.ts'
import { largeList, sendWithoutReading } from '../support/slow-reader.ts'
import { until } from '../support/until.ts'

const service = useService()

describe('a client that does not read', () => {
  it('loses its connection after some time', async () => {
    const { port, connections } = await listenWith(service.env, 1000)
    const socket = await sendWithoutReading(port, await largeList(service), 100)
    expect(await connections()).toBe(1)
    await until('the end of the connection', async () => (await connections()) === 0 || undefined)
    socket.destroy()
  })

  it('gets the whole response if it reads slowly', async () => {
    const { port } = await listenWith(service.env, 1000)
    const list = await largeList(service)
    expect(list.bytes).toBeGreaterThan(225_000)
    const socket = await sendWithoutReading(port, list, 60)
    let bytes = 0
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      socket.pause()
      setTimeout(() => socket.resume(), 10)
    })
    socket.resume()
    await until('all of it', () => bytes > 60 * list.bytes || undefined, 60_000)
    socket.destroy()
  })
})

describe('many clients that do not read', () => {
  // A thousand large responses take two seconds alone, and many more beside other work.
  const deadline = 60_000
  const title = 'do not block small responses, or large ones after they have gone'
  it(title, { timeout: 3 * deadline }, async () => {
    const { port, url } = await listenWith(service.env, 3 * deadline)
    const list = await largeList(service)
    const sockets = await Promise.all(
      Array.from({ length: 10 }, () => sendWithoutReading(port, list, 100)),
    )
    const api = createClient(url)
    const rejected = await until(
      'a large response that is rejected',
      async () => {
        const answer = await fetch(url + list.path, list)
        await answer.text()
        return answer.status === 503 ? answer : undefined
      },
      deadline,
    )
    expect(rejected.headers.get('retry-after')).toBe('5')
    expect((await fetch(`${url}/livez`)).status).toBe(200)
    expect((await api.get('/health')).status).toBe(200)
    const created = await api.post('/login', { username: 'unknown', password: 'Wrong-password-7' })
    expect(created.status).toBe(401)
    for (const socket of sockets) socket.destroy()
    await until(
      'a large response that is sent',
      async () => {
        const answer = await fetch(url + list.path, list)
        await answer.text()
        return answer.status === 200 || undefined
      },
      deadline,
    )
  })
})
