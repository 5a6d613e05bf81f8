// Sends what the handler of a case gets with the client, which takes values and serializes them itself.
import createClient from 'openapi-fetch'
import { serializePath } from '../../../client/path.ts'
import { withStyles } from '../../../client/styles.ts'
import { clientStyles } from '../../../scripts/contract/client-styles.ts'
import type { Operation } from '../../../src/engine/operation.ts'
import type { Case } from './row.ts'

/** Returns the operation that a case calls; undefined where there is none. */
export function operationOf(operations: readonly Operation[], { send }: Case) {
  const [method = '', path = ''] = send.split(' ')
  const segments = (path.split('?')[0] ?? '').split('/')
  const fits = (it: Operation) => {
    const own = it.path.split('/')
    const same = (segment: string, index: number) =>
      segment === segments[index] || segment.includes('{')
    return it.method.toUpperCase() === method && own.length === segments.length && own.every(same)
  }
  const byConcreteness = [...operations].sort(
    (a, b) => a.path.split('{').length - b.path.split('{').length,
  )
  return byConcreteness.find(fits)
}

/** Returns the call of the client that sends what the handler of a case gets. */
export function clientCall(operation: Operation, { gets, client, headers = {} }: Case) {
  if (gets === undefined || client !== undefined) return undefined
  const { params, query, headers: header, cookies: cookie, body } = gets
  const names = Object.keys(operation.parameters.header)
  const named = Object.entries(header ?? {}).map(([name, value]) => [
    names.find((it) => it.toLowerCase() === name) ?? name,
    value,
  ])
  const parameters = {
    ...(params && { path: params }),
    ...(query && { query }),
    ...(header && { header: Object.fromEntries(named) }),
    ...(cookie && { cookie }),
  }
  const others = Object.entries(headers).filter(([name]) => !names.includes(name))
  const init = {
    ...(Object.keys(parameters).length > 0 && { params: parameters }),
    ...(body !== undefined && { body }),
    ...(others.length > 0 && { headers: Object.fromEntries(others) }),
  }
  return { method: operation.method.toUpperCase() as 'GET', path: operation.path, init, operation }
}

/** Sends a call with the client, and returns what it makes of the response. */
export async function sendByClient(
  baseUrl: string,
  call: NonNullable<ReturnType<typeof clientCall>>,
) {
  const fetchClient = createClient<Record<string, Record<string, never>>>({
    baseUrl,
    pathSerializer: serializePath,
  })
  const client = withStyles(fetchClient, clientStyles({ called: call.operation }))
  const { data, error, response } = await client[call.method](
    call.path as never,
    call.init as never,
  )
  return { data: data as unknown, error: error as unknown, status: (response as Response).status }
}
