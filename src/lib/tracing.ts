// Traces as the parts of the service see them. `spans.ts` implements this with OpenTelemetry, and
// `telemetry.ts` sends them. While tracing is off there is no `Tracing`, and neither file is loaded.
import type { Logger } from './log.ts'

export type Attributes = Readonly<Record<string, string | number | boolean | string[]>>

/** `traceparent` and maybe `tracestate` (W3C Trace Context), among other headers of a request. */
type TraceContext = Readonly<Record<string, string | string[] | undefined>>

export interface SpanOptions {
  readonly kind?: 'server' | 'client' | 'producer' | 'consumer'
  /** Their names follow OpenTelemetry's semantic conventions. */
  readonly attributes?: Attributes
}

export interface Span {
  readonly traceId: string
  /** Adds attributes, and a better name if there is one. */
  describe(attributes: Attributes, name?: string): void
  /** Records the error, or the type of error, that ended its work. */
  fail(error: unknown): void
  end(): void
}

export interface Tracing {
  /** Starts a span below the active one. Returns undefined if none is active, or its trace is not sampled. */
  start(name: string, options?: SpanOptions): Span | undefined

  /**
   * Runs work in a span below the active one, and ends it with the work. Work that returns no promise had
   * nothing to wait for, and leaves no span.
   */
  during<T>(name: string, work: (span: Span | undefined) => T, options?: SpanOptions): T

  /**
   * Runs work in a span below that of a trace context, or in a new trace if the context is empty or
   * malformed. The caller ends the span.
   */
  entry<T>(parent: TraceContext, name: string, work: (span: Span) => T, options?: SpanOptions): T

  /** Returns the trace context of the active span; undefined if none is active. */
  current(): Record<string, string> | undefined

  /** Returns a callback that runs with the span that is active now. */
  bind<Args extends unknown[]>(callback: (...args: Args) => void): (...args: Args) => void
}

/** Returns a function that runs in a span; without tracing, the function itself. */
export function traced<Args extends unknown[], T>(
  tracing: Tracing | undefined,
  name: string,
  run: (...args: Args) => T,
  options?: SpanOptions,
): (...args: Args) => T {
  if (tracing === undefined) return run
  return (...args) => tracing.during(name, () => run(...args), options)
}

/** A process of the service. */
type Part = 'api' | 'worker'

export interface TelemetryOptions {
  /** The name under which each process sends its spans. */
  readonly serviceNames: Readonly<Record<Part, string>>
  readonly environment: string
  /** The headers of each export, such as the key of an account. */
  readonly headers: Readonly<Record<string, string>>
}

export interface TelemetryDeps {
  readonly part: Part
  readonly version: string
  readonly commit: string | undefined
  /** Tells errors that only answer a client. */
  readonly isExpected: (error: unknown) => boolean
  readonly log: Logger
}

export interface Telemetry {
  readonly tracing: Tracing
  /** Sends the last spans, for at most so many milliseconds. */
  stop(ms: number): Promise<void>
}

/** Starts to record and send traces; without options it loads nothing and returns undefined. */
export async function startTelemetry(
  options: TelemetryOptions | undefined,
  deps: TelemetryDeps,
): Promise<Telemetry | undefined> {
  if (options === undefined) return undefined
  const { sendTraces } = await import('./telemetry.ts')
  return sendTraces(options, deps)
}
