// Responses of `text/event-stream` (HTML, section 9.2): the events of a handler, sent as they come. A stream
// ends when they end, when the client leaves or reads too slowly, when its authorization expires, and when
// the server stops.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RequestContext } from './context.ts'
import { apiError, unavailable } from './errors.ts'
import { itemText } from './items.ts'
import type { Serializer, Validator } from './operation.ts'

export const eventStreamType = 'text/event-stream'

/** One event. Without `event` a browser calls it `message`. */
export interface StreamEvent<Data> {
  readonly data: Data
  readonly event?: string
  /** What a client sends as `Last-Event-ID` when it reconnects. */
  readonly id?: string
  /** How long a client waits before it reconnects, in milliseconds. */
  readonly retry?: number
}

/** What the handler of an event stream returns as its body. The engine calls `return` where it ends early. */
export type EventStream<Data> = AsyncIterable<StreamEvent<Data>>

/** The events of a response, and the function that writes the data of each. */
export interface EventBody {
  readonly events: EventStream<unknown>
  readonly write: Serializer
}

export interface StreamOptions {
  /** How many streams one process keeps open; 1000 by default. */
  readonly maxStreams?: number
  /** How many of them one caller may have; 10 by default. */
  readonly maxStreamsPerCaller?: number
  /** Aborts when the server stops: each stream ends, and its client reconnects to another process. */
  readonly stopping?: AbortSignal
}

/** Keep proxies from storing and from holding back what is sent. */
export const streamHeaders = { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' }

/** How many bytes may wait for a client. */
const maxUnsentBytes = 65_536
/** How long a client with as many unsent bytes may take to read them, in milliseconds. */
const patienceMs = 5000
/** How long a stream may be silent, in milliseconds: shorter than the idle time of proxies. */
const heartbeatMs = 15_000
const heartbeat = ':\n\n'
const longestTimeoutMs = 2_147_483_647

/** Creates what admits and sends the event streams of a process. */
export function createStreams(options: StreamOptions) {
  const { maxStreams = 1000, maxStreamsPerCaller = 10, stopping } = options
  const admitted = new Map<string, number>()
  let count = 0
  const open = new Set<Stream>()
  let beating: NodeJS.Timeout | undefined
  stopping?.addEventListener('abort', () => {
    for (const stream of open) stream.end(retryElsewhere())
  })

  function add(stream: Stream) {
    open.add(stream)
    beating ??= setInterval(() => {
      for (const it of open) it.beat()
    }, heartbeatMs).unref()
  }

  function remove(stream: Stream) {
    open.delete(stream)
    if (open.size > 0) return
    clearInterval(beating)
    beating = undefined
  }

  return {
    /**
     * Counts a stream until its response closes, and gives its handler a signal that aborts at its end.
     * @throws ApiError unavailable or rate_limited where too many are open.
     */
    admit(context: RequestContext) {
      const caller = context.callerKey ?? context.clientAddress
      const own = admitted.get(caller) ?? 0
      if (own >= maxStreamsPerCaller) throw tooManyOf(own)
      if (count >= maxStreams) throw unavailable('Too many event streams are open.')
      count += 1
      admitted.set(caller, own + 1)
      context.streamEnd = new AbortController()
      context.ctx.res.once('close', () => {
        count -= 1
        const left = (admitted.get(caller) ?? 1) - 1
        if (left > 0) admitted.set(caller, left)
        else admitted.delete(caller)
        context.streamEnd?.abort()
      })
    },

    /**
     * Sends the events until the stream ends. The head of the response has been sent.
     * @param validate checks the data of each event, in development and tests.
     * @throws what the handler's iterable throws, after the response has been cut off.
     */
    async send(
      context: RequestContext,
      { events, write }: EventBody,
      validate: Validator | undefined,
    ) {
      const stream = new Stream(context, events, remove)
      if (stream.isOver || context.method === 'HEAD') return stream.end()
      add(stream)
      if (stopping?.aborted) return stream.end(retryElsewhere())
      await stream.run((data) => itemText(data, write, validate))
    },
  }
}

function tooManyOf(own: number) {
  const detail = `You have ${own} event streams open already. Close one of them first.`
  return apiError('rate_limited', detail, { headers: { 'Retry-After': '5' } })
}

/** Returns the last line of a stream whose server stops. Clients come back at different moments. */
const retryElsewhere = () => `retry: ${500 + Math.floor(Math.random() * 1500)}\n\n`

/** Writes the data of a stream whose contract gives it no schema. @throws TypeError unless it is text. */
export function writeText(data: unknown): string {
  if (typeof data === 'string') return data
  throw new TypeError('the data of an event without a schema must be text')
}

const lineBreak = /\r\n|\r|\n/g

/** @throws TypeError for an id or a name that is not one line. */
function textOf({ id, event, retry, data }: StreamEvent<unknown>, write: Serializer): string {
  let text = ''
  if (id !== undefined) text += `id: ${oneLine(id)}\n`
  if (event !== undefined) text += `event: ${oneLine(event)}\n`
  if (retry !== undefined) text += `retry: ${Math.trunc(retry)}\n`
  return `${text}data: ${write(data).replaceAll(lineBreak, '\ndata: ')}\n\n`
}

function oneLine(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new TypeError('id and name of an event must be one line each')
  return text
}

/** One open stream: its client and the handler's events. */
class Stream {
  readonly #context: RequestContext
  readonly #iterator: AsyncIterator<StreamEvent<unknown>>
  readonly #remove: (stream: Stream) => void
  #expiry: NodeJS.Timeout | undefined
  #isOver = false
  #isSilent = true
  /** How many characters have been written since other work had its turn. */
  #written = 0

  constructor(
    context: RequestContext,
    events: EventStream<unknown>,
    remove: (stream: Stream) => void,
  ) {
    this.#context = context
    this.#iterator = events[Symbol.asyncIterator]()
    this.#remove = remove
    if (this.#res.destroyed) this.#stop()
    this.#res.once('close', () => this.#stop())
    const { expiresAt } = context.principal ?? {}
    if (expiresAt === undefined) return
    const left = Math.max(0, Math.min(expiresAt - Date.now(), longestTimeoutMs))
    this.#expiry = setTimeout(() => this.end(), left).unref()
  }

  get isOver() {
    return this.#isOver
  }

  get #res() {
    return this.#context.ctx.res
  }

  /** Sends the events until they end. @throws what their iterable throws. */
  async run(write: Serializer) {
    try {
      while (!this.#isOver) {
        const { done, value } = await this.#iterator.next()
        if (this.#isOver) return
        if (done) return this.end()
        await this.#send(textOf(value, write))
      }
    } catch (error) {
      // A handler may throw because its signal has aborted.
      if (this.#isOver) return
      this.#cut()
      throw error
    }
  }

  /** Ends the stream, after a last text if there is one. */
  end(last = '') {
    if (this.#isOver) return
    this.#stop()
    this.#res.end(last)
  }

  /** Sends a comment, unless an event was sent since the last call or the client does not read. */
  beat() {
    if (this.#isSilent && this.#res.writableLength === 0) this.#res.write(heartbeat)
    this.#isSilent = true
  }

  async #send(text: string) {
    this.#isSilent = false
    this.#res.write(text)
    if (this.#res.writableLength > maxUnsentBytes) return this.#drain()
    this.#written += text.length
    if (this.#written < maxUnsentBytes) return
    this.#written = 0
    await nextTurn()
  }

  /** Waits for a client that reads slowly, and cuts it off where it reads too slowly. */
  #drain(): Promise<void> {
    const res = this.#res
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        res.off('drain', done).off('close', done)
        resolve()
      }
      const timer = setTimeout(() => this.#cut(), patienceMs)
      res.once('drain', done).once('close', done)
    })
  }

  #cut() {
    this.#stop()
    this.#res.destroy()
  }

  #stop() {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#expiry)
    this.#remove(this)
    this.#context.streamEnd?.abort()
    // Runs the `finally` of a generator; what it throws comes too late for a response.
    this.#iterator.return?.().catch((error: unknown) => {
      this.#context.log.warn({ err: error }, 'an event stream was not ended cleanly')
    })
  }
}
