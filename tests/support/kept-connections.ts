// Clients that send requests in a loop, each on its own kept connection, and record failures.
import * as http from 'node:http'
import * as https from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'

interface Options {
  readonly url: string
  readonly method?: string
  /** Returns the headers of a request. */
  readonly headers?: () => Record<string, string>
  readonly body?: string
  readonly clients: number
  /** How long a client waits before its next request, in milliseconds. */
  readonly thinkMs: (client: number) => number
  /** Whether a client opens another connection when its server closes one. Default: true. */
  readonly reconnect?: boolean
}

/** Starts the clients. They run until `stop` is called, or until a closed connection with `reconnect: false`. */
export function keepAsking({ clients, thinkMs, reconnect = true, ...what }: Options) {
  const failures: string[] = []
  const statuses = new Map<number, number>()
  let isOver = false

  async function ask(client: number) {
    const { Agent } = protocolOf(what.url)
    // The certificates of the tests are their own.
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })
    while (!isOver) {
      const { status, closes } = await askOnce(what, agent).catch((error: Error) => {
        failures.push(error.message)
        return { status: 0, closes: false }
      })
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      if (closes && !reconnect) break
      if (thinkMs(client) > 0) await wait(thinkMs(client))
    }
    agent.destroy()
  }
  const ended = Promise.all(Array.from({ length: clients }, (_, client) => ask(client)))
  return {
    failures,
    statuses,
    answered: () => [...statuses.values()].reduce((sum, count) => sum + count, 0),
    /** Resolves when all clients have ended. */
    ended,
    async stop() {
      isOver = true
      await ended
    },
  }
}

const protocolOf = (url: string) => (url.startsWith('https:') ? https : http)

type What = Pick<Options, 'url' | 'method' | 'headers' | 'body'>

function askOnce({ url, method = 'GET', headers, body }: What, agent: http.Agent) {
  return new Promise<{ status: number; closes: boolean }>((resolve, reject) => {
    const sent = protocolOf(url).request(
      url,
      { agent, method, headers: headers?.() ?? {} },
      (response) => {
        const closes = response.headers.connection === 'close'
        response.on('error', reject)
        response.resume().once('end', () => resolve({ status: response.statusCode ?? 0, closes }))
      },
    )
    sent.once('error', reject)
    sent.end(body)
  })
}
