// Serves rows: the service and the mock of each under paths of their own, on one server.
import type { RequestListener } from 'node:http'
import type { Compiled } from '../../../scripts/contract/try/compile.ts'
import {
  authenticatorsOf,
  listenerOf,
  serve,
  temporaryFiles,
} from '../../../scripts/contract/try/service.ts'
import { exampleHandlers } from '../../../scripts/mock/examples.ts'
import { ApiError } from '../../../src/engine/errors.ts'
import type { AnyHandler, HandlerResult } from '../../../src/engine/types.ts'
import { plainEngine } from '../../support/engine-service.ts'
import type { Row } from './row.ts'

const files = await temporaryFiles()

/** What the handlers of a row return next, and what they were given last. */
export interface Desk {
  returns: HandlerResult | ApiError
  gets: object | undefined
  readonly errors: unknown[]
}

/** Serves what is put under a name, at `<url>/<name>`. */
export async function serveRows() {
  const listeners = new Map<string, RequestListener>()
  const server = await serve((incoming, response) => {
    const [, name = ''] = incoming.url?.split('/') ?? []
    incoming.url = incoming.url?.slice(name.length + 1) || '/'
    listeners.get(name)?.(incoming, response)
  })
  return { ...server, put: (name: string, it: RequestListener) => listeners.set(name, it) }
}

/** Returns the service of a row, whose handlers do what the desk says. */
export function serviceOf(
  row: Compiled,
  desk: Desk,
  { errorBody }: Pick<Row, 'errorBody'>,
): RequestListener {
  const handle = (gets: object) => {
    desk.gets = gets
    if (desk.returns instanceof ApiError) throw desk.returns
    return desk.returns
  }
  const names = Object.keys(row.operations)
  const handlers = Object.fromEntries(names.map((it) => [it, handle]))
  return serving(row, handlers, desk.errors, errorBody)
}

/** Returns the mock of a row. */
export async function mockOf(row: Compiled, errors: unknown[]): Promise<RequestListener> {
  return serving(row, await exampleHandlers(row.served, row.operations), errors)
}

function serving(
  { basePath, operations, securitySchemes, validators, serializers }: Compiled,
  handlers: Readonly<Record<string, AnyHandler>>,
  errors: unknown[],
  errorBody?: Row['errorBody'],
): RequestListener {
  const authenticators = authenticatorsOf(Object.keys(securitySchemes))
  const contract = { basePath, operations, securitySchemes, validators, serializers }
  const parts = { ...contract, handlers, authenticators }
  const engine = {
    ...plainEngine,
    ...parts,
    bodyLimit: 1_048_576,
    files,
    ...(errorBody && { errorBody }),
  }
  return listenerOf(engine, { errors, isLenient: true })
}
