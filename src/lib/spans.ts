// Implements `Tracing` with the API of OpenTelemetry. Loaded by telemetry.ts.
import {
  context,
  isSpanContextValid,
  type Span as OpenTelemetrySpan,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import type { Span, SpanOptions, Tracing } from './tracing.ts'

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const

/**
 * Creates the tracing of a process, over the providers that are registered with OpenTelemetry's API.
 * @param scope names what records the spans.
 * @param isExpected tells errors that only answer a client, which do not mark a span as failed.
 */
export function createTracing(scope: string, isExpected: (error: unknown) => boolean): Tracing {
  const tracer = trace.getTracer(scope)

  const spanOf = (span: OpenTelemetrySpan): Span => ({
    traceId: span.spanContext().traceId,
    describe(attributes, name) {
      span.setAttributes(attributes)
      if (name !== undefined) span.updateName(name)
    },
    fail(error) {
      span.setAttribute('error.type', typeOf(error))
      // Without the message, which may contain a client's data.
      if (!isExpected(error)) span.setStatus({ code: SpanStatusCode.ERROR })
    },
    end: () => span.end(),
  })

  function startBelow(name: string, options: SpanOptions): OpenTelemetrySpan | undefined {
    // An ended span records nothing, so what a request starts for good leaves no spans in its trace.
    if (!trace.getActiveSpan()?.isRecording()) return undefined
    return tracer.startSpan(name, optionsOf(options))
  }

  return {
    start(name, options = {}) {
      const span = startBelow(name, options)
      return span && spanOf(span)
    },

    during(name, work, options = {}) {
      const started = startBelow(name, options)
      if (started === undefined) return work(undefined)
      const span = spanOf(started)
      const result = context.with(trace.setSpan(context.active(), started), () => work(span))
      if (result instanceof Promise) {
        result.catch(span.fail).finally(span.end)
      }
      return result
    },

    entry(parent, name, work, options = {}) {
      const from = propagation.extract(ROOT_CONTEXT, parent)
      const span = tracer.startSpan(name, optionsOf(options), from)
      return context.with(trace.setSpan(from, span), () => work(spanOf(span)))
    },

    current() {
      const active = context.active()
      const span = trace.getSpanContext(active)
      if (span === undefined || !isSpanContextValid(span)) return undefined
      const carrier: Record<string, string> = {}
      propagation.inject(active, carrier)
      return carrier
    },

    bind: (callback) => context.bind(context.active(), callback),
  }
}

function optionsOf({ kind, attributes }: SpanOptions) {
  return {
    kind: kind === undefined ? SpanKind.INTERNAL : kinds[kind],
    ...(attributes && { attributes }),
  }
}

/** Returns a type as it is, and of an error its code, such as a SQLSTATE, or else its class. */
function typeOf(error: unknown): string {
  if (typeof error === 'string') return error
  if (!(error instanceof Error)) return typeof error
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
