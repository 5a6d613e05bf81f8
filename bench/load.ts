// The load generator, a process of its own: keep-alive connections on plain sockets. Each sends its next
// request when the answer has arrived. It shares a core with the database on two cores, so it has to be
// cheaper than a general HTTP client.
//   node load.js, with a channel to its parent: an `Order` in, a `Slice` or a `Failure` out
import { connect } from 'node:net'
import type { Request } from './workloads.ts'

export interface Order {
  readonly port: number
  readonly requests: readonly Request[]
  readonly connections: number
  readonly seconds: number
}

export interface Slice {
  readonly requests: number
  /** The time that the slice took. */
  readonly seconds: number
  /** Latencies in milliseconds. */
  readonly p50: number
  readonly p99: number
}

export interface Failure {
  readonly error: string
}

process.on('message', async (order: Order) => {
  try {
    process.send?.(await run(order))
  } catch (error) {
    process.send?.({ error: String(error) } satisfies Failure)
  }
})

/** @throws Error if an answer has an unexpected status or a connection breaks. */
async function run(order: Order): Promise<Slice> {
  const latencies: number[] = []
  const requests = order.requests.map((it) => ({ text: written(it), status: it.status }))
  const connections = Array.from({ length: order.connections }, (_, index) => {
    // Each connection starts at another request. So they do not ask for the same row at the same time,
    // and every row is cached soon.
    const first = Math.floor((index * requests.length) / order.connections)
    const own = [...requests.slice(first), ...requests.slice(0, first)]
    return ask(order, own, (latency) => latencies.push(latency))
  })
  const start = performance.now()
  const rest = stayAwake()
  await Promise.all(connections)
  rest()
  const seconds = (performance.now() - start) / 1000
  const sorted = Float64Array.from(latencies).sort()
  const quantile = (q: number) => sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN
  return { requests: sorted.length, seconds, p50: quantile(0.5), p99: quantile(0.99) }
}

/**
 * Polls instead of sleeping, until the returned function is called. Writing to a sleeping process costs
 * the writer the wake-up, and a slower server would pay it more often.
 */
function stayAwake(): () => void {
  let turn: NodeJS.Immediate
  const poll = () => {
    turn = setImmediate(poll)
  }
  poll()
  return () => clearImmediate(turn)
}

interface Written {
  readonly text: string
  readonly status: number
}

/** Returns a request as it goes over the wire. */
function written({ method, path, headers = {}, body }: Request): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  if (body !== undefined) lines.push(`content-length: ${Buffer.byteLength(body)}\r\n`)
  return `${method} ${path} HTTP/1.1\r\nHost: bench\r\n${lines.join('')}\r\n${body ?? ''}`
}

/** Sends one request after the other on one connection, until the time is over. */
function ask(
  order: Order,
  requests: readonly Written[],
  took: (ms: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: order.port, host: '127.0.0.1', noDelay: true })
    const end = performance.now() + order.seconds * 1000
    let sent = 0
    let began = 0
    let answer = ''
    let expected = 0
    const next = () => {
      const request = requests[sent++ % requests.length]
      began = performance.now()
      if (began > end || request === undefined) return void socket.destroy()
      expected = request.status
      socket.write(request.text)
    }
    socket.setEncoding('latin1')
    socket.once('connect', next)
    socket.on('data', (chunk: string) => {
      answer += chunk
      if (!isComplete(answer)) return
      if (!answer.startsWith(`HTTP/1.1 ${expected} `)) {
        reject(new Error(`expected ${expected}, got ${answer}`))
        return void socket.destroy()
      }
      answer = ''
      took(performance.now() - began)
      next()
    })
    socket.once('error', reject)
    socket.once('close', () => {
      if (performance.now() > end) resolve()
      else reject(new Error('the server closed a connection'))
    })
  })
}

/** Tells whether an answer has arrived completely. It has to declare its length. */
function isComplete(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n')
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer)?.[1]
  return head > 0 && answer.length === head + 4 + Number(length)
}
