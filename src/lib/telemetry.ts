// Sends traces to an OTLP receiver, with the SDK of OpenTelemetry, which reads the variables OTEL_* itself.
// tracing.ts loads this file only where a receiver is configured.
import { randomUUID } from 'node:crypto'
import { DiagLogLevel, diag } from '@opentelemetry/api'
import { ExportResultCode, W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-node'
import { within } from './async.ts'
import type { Logger } from './log.ts'
import { createTracing } from './spans.ts'
import type { Telemetry, TelemetryDeps, TelemetryOptions } from './tracing.ts'

/** Starts to record and send traces. */
export function sendTraces(
  options: TelemetryOptions,
  { part, version, commit, isExpected, log }: TelemetryDeps,
): Telemetry {
  reportProblems(log)
  const name = options.serviceNames[part]
  const own = resourceFromAttributes({
    'service.name': name,
    'service.version': version,
    ...(commit !== undefined && { 'vcs.ref.head.revision': commit }),
    'service.instance.id': randomUUID(),
    'deployment.environment.name': options.environment,
  })
  const exporter = new OTLPTraceExporter({ headers: { ...options.headers } })
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(own)
      .merge(detectResources({ detectors: [envDetector] })),
    // Keeps a bounded number of spans. While the receiver is down, it drops further ones.
    spanProcessors: [new BatchSpanProcessor(reportingOnce(exporter, log))],
  })
  provider.register({ propagator: new W3CTraceContextPropagator() })
  return {
    tracing: createTracing(name, isExpected),

    async stop(ms: number) {
      try {
        await within(ms, provider.shutdown())
      } catch (error) {
        log.debug({ err: error }, 'the last traces could not be exported')
      }
    },
  }
}

/** Logs once that spans cannot be exported, and once that they are again. */
function reportingOnce(exporter: SpanExporter, log: Logger): SpanExporter {
  let hasFailed = false
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const fails = result.code !== ExportResultCode.SUCCESS
        if (fails && !hasFailed) {
          log.warn({ err: result.error }, 'cannot export traces: see OTEL_EXPORTER_OTLP_ENDPOINT')
        }
        if (hasFailed && !fails) log.info('traces are exported again')
        hasFailed = fails
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
  }
}

/** Logs what the SDK reports, such as an invalid variable. Its errors are those of single exports. */
function reportProblems(log: Logger) {
  const debug = (message: string) => log.debug(message)
  const warn = (message: string) => log.warn(message)
  diag.setLogger({ error: debug, warn, info: debug, debug, verbose: debug }, DiagLogLevel.WARN)
}
