// A service of notes on a contract of its own, for what the engine, the cache and the idempotency store
// do with any resource. Several services may share one set of notes, as processes share a database.
import { randomUUID } from 'node:crypto'
import { createCache } from '../../src/cache/cache.ts'
import { apiError } from '../../src/engine/errors.ts'
import { responseCache } from '../../src/engine/steps/cache.ts'
import type { IdempotencyStore } from '../../src/engine/steps/idempotency.ts'
import type { AnyHandler, Engine, ManualCache } from '../../src/engine/types.ts'
import { createLogger } from '../../src/lib/log.ts'
import { plainEngine, serveEngine } from './engine-service.ts'
import { compile, ok, toyDocument, toyOperation } from './toy-contract.ts'

const text = { type: 'string', maxLength: 100 }
const note = {
  type: 'object',
  additionalProperties: false,
  required: ['text'],
  properties: { text },
}
const schema = { $ref: '#/components/schemas/Note' }
const problem = { $ref: '#/components/schemas/Problem' }
const requestBody = { required: true, content: { 'application/json': { schema } } }
const parameters = [{ name: 'noteId', in: 'path' as const, required: true, schema: text }]
const key = [{ name: 'Idempotency-Key', in: 'header' as const, schema: text }]
const error = {
  description: 'An error',
  content: { 'application/problem+json': { schema: problem } },
}
const created = { ...ok(schema)[200], description: 'The new note' }

const document = toyDocument(
  {
    '/notes': {
      get: toyOperation({
        operationId: 'listNotes',
        'x-cache': {},
        responses: ok({ type: 'array', items: schema }),
      }),
      post: toyOperation({
        operationId: 'createNote',
        security: [{ bearer: [] }],
        'x-idempotent': true,
        'x-invalidates': ['listNotes'],
        parameters: key,
        requestBody,
        responses: { 201: created, 401: error, 409: error, 422: error },
      }),
    },
    '/notes/{noteId}': {
      get: toyOperation({
        operationId: 'getNote',
        'x-cache': {},
        parameters,
        responses: { ...ok(schema), 404: error },
      }),
      put: toyOperation({
        operationId: 'putNote',
        'x-invalidates': ['getNote', 'listNotes'],
        parameters,
        requestBody,
        responses: ok(schema),
      }),
    },
  },
  { Note: note },
)

interface Note {
  readonly text: string
}

interface NoteOperations {
  getNote: {
    method: 'get'
    params: { readonly noteId: string }
    query: Record<never, never>
    principal: null
    success: { status: 200; body: Note }
    cached: true
  }
}

interface Options {
  readonly idempotency?: IdempotencyStore
  readonly authenticators?: Engine['authenticators']
  /** The port of the cache's Redis, and what stands before its keys. */
  readonly redisPort: number
  readonly prefix?: string
  readonly deadlineMs?: number
  readonly notes?: Map<string, Note>
  readonly createNote?: AnyHandler
}

/** Starts the service; a write of a note is committed when its handler returns. */
export async function serveNotes(options: Options) {
  const { redisPort: port, prefix = `notes-${randomUUID()}`, deadlineMs: deadline = 5000 } = options
  const { notes = new Map<string, Note>(), authenticators, createNote = notHere } = options
  const { idempotency = { once: (_keyed, work) => work(undefined) } } = options
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  const log = createLogger({ level: 'info', part: 'notes' }, { write })
  const { settled, close, ...store } = createCache(
    { host: '127.0.0.1', port, db: 0, deadline, prefix },
    log,
  )
  await settled
  const compiled = await compile(document)
  const cache = responseCache(store, compiled.operations)
  const manual: ManualCache<NoteOperations> = cache
  const handlers: Record<string, AnyHandler> = {
    listNotes: () => ({ status: 200, body: [...notes.values()] }),
    createNote,
    getNote: ({ params }: { params: { noteId: string } }) => {
      const body = notes.get(params.noteId)
      if (body === undefined) throw notHere()
      return { status: 200, body }
    },
    putNote: ({ params, body }: { params: { noteId: string }; body: Note }) => {
      notes.set(params.noteId, body)
      return { status: 200, body }
    },
  }
  const service = await serveEngine({
    ...plainEngine,
    ...compiled,
    ...(authenticators && { authenticators }),
    handlers,
    cache,
    idempotency,
    log,
  })
  return {
    ...service,
    notes,
    prefix,
    cache: manual,
    counters: cache.counters,
    /** Returns the lines that it has logged so far. */
    logged: () => lines.map((line): Record<string, unknown> => JSON.parse(line)),
    async stop() {
      close()
      await service.stop()
    },
  }
}

const notHere = () => {
  throw apiError('not_found', 'There is no such note.')
}

export interface NoteAnswer {
  readonly status: number
  /** How the cache took part. */
  readonly cache: string | null
  readonly headers: Headers
  readonly text: string
  readonly body: { readonly text?: string; readonly code?: string }
}

/** Sends a request to a service of notes. */
export async function send(
  url: string,
  method: string,
  path: string,
  { body, headers = {} }: { body?: object; headers?: Record<string, string> } = {},
): Promise<NoteAnswer> {
  const json = body && { 'content-type': 'application/json' }
  const init = {
    method,
    headers: { ...json, ...headers },
    body: body ? JSON.stringify(body) : null,
  }
  const response = await fetch(`${url}/toy${path}`, init)
  const sent = await response.text()
  const { status, headers: all } = response
  return {
    status,
    cache: all.get('cache-status'),
    headers: all,
    text: sent,
    body: sent && JSON.parse(sent),
  }
}
