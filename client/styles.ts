// Writes parameters in the styles of the contract, where openapi-fetch has another one.
import { type Styles, writeQuery } from '../src/engine/steps/styles.ts'
import { serializePath } from './path.ts'

type Fields = Record<string, unknown>
type Send = (path: string, init?: Fields) => unknown

const methods = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE']

/**
 * Lets the methods of a client send parameters in these styles, and returns the client.
 * @param styles by method and path, such as `GET /things`.
 */
export function withStyles<Client extends object>(
  client: Client,
  styles: Readonly<Record<string, Styles>>,
): Client {
  if (Object.keys(styles).length === 0) return client
  const byMethod = client as Record<string, Send>
  for (const method of methods) {
    const send = byMethod[method]
    if (send === undefined) continue
    byMethod[method] = (path, init) => {
      const own = styles[`${method} ${path}`]
      return send(path, own ? { ...serializersOf(own), ...init } : init)
    }
  }
  return client
}

function serializersOf(styles: Styles) {
  return {
    pathSerializer: (path: string, values: Fields) => serializePath(path, values, styles.path),
    querySerializer: (values: Fields) =>
      Object.entries(values)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => writeQuery(name, value, styles.query[name]))
        .join('')
        .slice(0, -1),
  }
}
