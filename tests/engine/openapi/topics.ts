// All rows, by topic.
import { bodies } from './bodies.ts'
import { composed } from './composed.ts'
import { documents } from './documents.ts'
import { objects } from './objects.ts'
import { parameters } from './parameters.ts'
import { responses } from './responses.ts'
import type { Row } from './row.ts'
import { schemas } from './schemas.ts'
import { security } from './security.ts'
import { servers } from './servers.ts'
import { streams } from './streams.ts'
import { swagger } from './swagger.ts'

export const topics: Readonly<Record<string, readonly Row[]>> = {
  Documents: documents,
  Servers: servers,
  Parameters: parameters,
  'Request bodies': bodies,
  Responses: responses,
  'Event streams': streams,
  Schemas: schemas,
  'Composed schemas': composed,
  'Members of objects': objects,
  Security: security,
  'OpenAPI 2.0': swagger,
}
