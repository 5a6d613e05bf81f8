// Clients that send their request too slowly.
// Slow because it waits for the server's deadline for a request head, which is ten seconds.
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { useService } from '../../support/service.ts'

const page = 'https://app.example.com'
const service = useService({ env: { CORS_ORIGINS: page } })

/** Sends bytes and no more, and returns everything that comes back until the server closes. */
function send(bytes: string): Promise<string> {
  const { hostname, port } = new URL(service.url)
  const socket = connect(Number(port), hostname, () => socket.write(bytes))
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk) => (text += chunk))
  return new Promise((resolve, reject) => {
    socket.on('error', reject).on('close', () => resolve(text))
  })
}

const head = ['POST /api/v1/login HTTP/1.1', 'Host: x', `Origin: ${page}`]
const unfinished = [...head, 'X-Request-Id: slow-head'].join('\r\n')

it('answers 408 to a head or body that arrives too late, and logs it', async () => {
  const body = ['Content-Type: application/json', 'Content-Length: 100', 'X-Request-Id: slow-body']
  const answers = await Promise.all([
    send(unfinished),
    send([...head, ...body, '', '{'].join('\r\n')),
  ])
  for (const answer of answers) {
    expect(answer).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/)
    const requestId = /X-Request-Id: (\S+)/.exec(answer)?.[1]
    const lines = service.logged().filter((it) => it.requestId === requestId)
    expect(lines).toEqual([expect.objectContaining({ status: 408 })])
  }
  // Only what has been read in full says which page it comes from.
  expect(answers[1]).toContain(`Access-Control-Allow-Origin: ${page}`)
})

it('closes a connection that never sent a byte, without a response or a log line', async () => {
  const before = service.logged().length
  expect(await send('')).toBe('')
  expect(service.logged().slice(before)).toEqual([])
})
