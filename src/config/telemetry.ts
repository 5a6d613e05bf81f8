// Whether and where traces go. The SDK of OpenTelemetry reads its variables itself; those with which it
// would send nothing, or not say so, are checked here.
import type { Reader } from './environment.ts'
import { tokenIssuer } from './names.ts'

const samplers = [
  ...['always_on', 'always_off', 'traceidratio'],
  ...['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'],
]

/** Returns how the process sends traces; undefined if it does not. */
export function telemetryConfig(read: Reader, environment: string) {
  const endpoints = [
    endpoint(read, 'OTEL_EXPORTER_OTLP_ENDPOINT', 'http://localhost:4318'),
    endpoint(read, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'http://localhost:4318/v1/traces'),
  ]
  read.oneOf('OTEL_EXPORTER_OTLP_PROTOCOL', ['http/json'], 'http/json')
  read.oneOf('OTEL_TRACES_SAMPLER', samplers, 'parentbased_always_on')
  read.decimal('OTEL_TRACES_SAMPLER_ARG', 1, 1)
  const isOff = read.oneOf('OTEL_SDK_DISABLED', ['true', 'false'], 'false') === 'true'
  const name = read.raw('OTEL_SERVICE_NAME')
  const serviceNames = { api: name ?? tokenIssuer, worker: name ?? `${tokenIssuer}-worker` }
  const headers = requestHeaders(read)
  if (isOff || endpoints.every((it) => it === undefined)) return undefined
  return { serviceNames, environment, headers }
}

function endpoint(read: Reader, name: string, example: string): string | undefined {
  const url = read.raw(name)
  if (url !== undefined && !(/^https?:/.test(url) && URL.canParse(url))) {
    read.error(name, 'an http or https URL', example)
  }
  return url
}

/** Returns the headers of each export, which are written as `name=value,name=value`, percent-encoded. */
function requestHeaders(read: Reader): Record<string, string> {
  const pairs = read.list('OTEL_EXPORTER_OTLP_HEADERS', []).map(headerOf)
  if (pairs.every((it) => it !== undefined)) return Object.fromEntries(pairs)
  read.error('OTEL_EXPORTER_OTLP_HEADERS', 'pairs of a header and its value', 'x-api-key=secret')
  return {}
}

function headerOf(pair: string): [string, string] | undefined {
  const [, name, value] = /^([\w-]+)\s*=\s*(.+)$/.exec(pair) ?? []
  if (name === undefined || value === undefined) return undefined
  try {
    return [name, decodeURIComponent(value)]
  } catch {
    return undefined
  }
}
