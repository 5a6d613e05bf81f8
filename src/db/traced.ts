// The parts of a pool whose statements leave spans. Used while tracing is on.
import pg from 'pg'
import type { Tracing } from '../lib/tracing.ts'
import { Connection } from './pool.ts'

type Done = (error: Error | undefined, ...results: unknown[]) => void
type OnClient = Parameters<pg.Pool['connect']>[0]

/** Returns the classes of a pool and of its connections. */
export function tracedParts(tracing: Tracing) {
  class TracedConnection extends Connection {
    /** Runs a query as the pool and knex do, with a callback. */
    override query(...args: unknown[]): never {
      const [config] = args
      const done = args.at(-1)
      const span = typeof done === 'function' ? this.#start(textOf(config)) : undefined
      if (span === undefined) return super.query(...args)
      const end: Done = (error, ...results) => {
        if (error) span.fail(error)
        span.end()
        ;(done as Done)(error, ...results)
      }
      return super.query(...args.slice(0, -1), end)
    }

    #start(text: string) {
      const { operation, summary } = outlineOf(text)
      return tracing.start(summary, {
        kind: 'client',
        attributes: {
          'db.system.name': 'postgresql',
          'db.operation.name': operation,
          'db.query.summary': summary,
          'db.namespace': this.database ?? '',
          'server.address': this.host,
          'server.port': this.port,
        },
      })
    }
  }

  class TracedPool extends pg.Pool {
    override connect(): Promise<pg.PoolClient>
    override connect(callback: OnClient): void
    override connect(callback?: OnClient) {
      const connected =
        this.idleCount === 0
          ? tracing.during('wait for a connection', () => super.connect())
          : super.connect()
      if (callback === undefined) return connected
      // Called in the context of the request that waits, not of the one that releases a connection.
      connected.then(
        (client) => callback(undefined, client, client.release),
        (error: Error) => callback(error, undefined, () => {}),
      )
    }
  }
  return { Client: TracedConnection, Pool: TracedPool }
}

function textOf(config: unknown): string {
  if (typeof config === 'string') return config
  const { text } = config as Partial<pg.QueryConfig>
  return text ?? ''
}

interface Outline {
  readonly operation: string
  /** The operation and its first table. It names the span; nothing depends on it. */
  readonly summary: string
}

const outlines = new Map<string, Outline>()
const maxOutlines = 1000

function outlineOf(text: string): Outline {
  const known = outlines.get(text)
  if (known !== undefined) return known
  // A literal may contain a client's data, so nothing from the first one on is read.
  const [start = ''] = text.split("'", 1)
  const operation = /^\s*(\w+)/.exec(start)?.[1]?.toUpperCase() ?? 'QUERY'
  const table = /\b(?:from|into|update)\s+"?(\w+)/i.exec(start)?.[1]
  const outline = { operation, summary: table ? `${operation} ${table}` : operation }
  if (outlines.size < maxOutlines) outlines.set(text, outline)
  return outline
}
