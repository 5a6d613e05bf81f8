// A receiver of OTLP over HTTP, as small as a test needs: it keeps the spans that it is sent.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

type Value = Readonly<Record<string, unknown>> & {
  readonly arrayValue?: { readonly values: readonly Value[] }
}
interface Attribute {
  readonly key: string
  readonly value: Value
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[]
  }[]
}
interface SentSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly attributes: readonly Attribute[]
  readonly status: { readonly code?: number }
}

export interface ReceivedSpan extends Omit<SentSpan, 'attributes'> {
  readonly attributes: Readonly<Record<string, unknown>>
  readonly resource: Readonly<Record<string, unknown>>
}

/** Starts a receiver. Its `url` is the value of OTEL_EXPORTER_OTLP_ENDPOINT. */
export async function startReceiver() {
  const spans: ReceivedSpan[] = []
  const headers: IncomingHttpHeaders[] = []
  let isSilent = false
  const server = createServer(async (request, response) => {
    if (isSilent) return
    headers.push(request.headers)
    const { resourceSpans } = (await json(request)) as Sent
    for (const { resource, scopeSpans } of resourceSpans) {
      const of = valuesOf(resource.attributes)
      for (const span of scopeSpans.flatMap((it) => it.spans)) {
        spans.push({ ...span, attributes: valuesOf(span.attributes), resource: of })
      }
    }
    const isTraces = request.method === 'POST' && request.url === '/v1/traces'
    response.writeHead(isTraces ? 200 : 404, { 'Content-Type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    /** The headers of each export so far. */
    headers,

    /** Accepts connections and requests from now on, and answers none. */
    fallSilent() {
      isSilent = true
    },
    answerAgain() {
      isSilent = false
    },

    /** Stops, and closes all connections. */
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function valuesOf(attributes: readonly Attribute[]) {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]))
}

function plain({ arrayValue, ...scalar }: Value): unknown {
  return arrayValue ? arrayValue.values.map(plain) : Object.values(scalar)[0]
}
