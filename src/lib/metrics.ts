// The metrics of a process, in the text format of Prometheus, on a port of their own. With several processes
// the primary answers for all: each series then has the label `process`, from 1, which a restarted process
// keeps, so that a counter that starts again at 0 is a reset of its own series only.
import cluster from 'node:cluster'
import { createServer } from 'node:http'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Logger } from './log.ts'
import { listenOrExit, processNumber } from './process.ts'

/** What a process runs. */
export interface Build {
  readonly version: string
  readonly commit: string | undefined
}

export type Metrics = ReturnType<typeof createMetrics>

/** Creates the metrics of this process: those of Node.js and of the build. Other parts add theirs. */
export function createMetrics({ version, commit = '' }: Build) {
  const registry = new Registry()
  const number = processNumber()
  if (number !== undefined) registry.setDefaultLabels({ process: number })
  collectDefaultMetrics({ register: registry })
  const build = new Gauge({
    name: 'build_info',
    help: 'Always 1; the labels are the version and the commit of the build.',
    labelNames: ['version', 'commit'],
    registers: [registry],
  })
  build.set({ version, commit }, 1)
  const families: (() => string)[] = []
  let writing: Promise<string> | undefined

  async function write(): Promise<string> {
    const text = await registry.metrics()
    return [text.trimEnd(), ...families.map((it) => it())].join('\n\n').concat('\n')
  }
  return {
    registry,
    /** The labels that every series of this process has. */
    labels: number === undefined ? '' : `process="${number}"`,

    /** Adds a family that its owner writes: what is counted on each request costs too much in prom-client. */
    addFamily(write: () => string) {
      families.push(write)
    },

    /** Returns all metrics as text. Calls at the same time share one collection. */
    text(): Promise<string> {
      writing ??= write().finally(() => {
        writing = undefined
      })
      return writing
    },
  }
}

interface Address {
  readonly host: string
  readonly port: number
}

/** Serves `/metrics`. If the port is taken, logs the variable that chooses it and ends the process. */
export function serveMetrics(
  address: Address,
  variable: string,
  text: () => Promise<string>,
  log: Logger,
): void {
  const server = createServer(async ({ url, method }, response) => {
    if (url !== '/metrics' || (method !== 'GET' && method !== 'HEAD')) {
      response.writeHead(404).end()
      return
    }
    try {
      const body = await text()
      response.writeHead(200, { 'Content-Type': Registry.PROMETHEUS_CONTENT_TYPE }).end(body)
    } catch (error) {
      log.error({ err: error }, 'the metrics could not be collected')
      response.writeHead(500).end()
    }
  })
  listenOrExit(server, address, variable, log)
}

interface Question {
  readonly askMetrics: number
}
interface Answer {
  readonly metricsAnswer: number
  readonly text: string
}
const isQuestion = (it: unknown): it is Question =>
  typeof it === 'object' && it !== null && 'askMetrics' in it
const isAnswer = (it: unknown): it is Answer =>
  typeof it === 'object' && it !== null && 'metricsAnswer' in it

/** Sends the metrics of this process to the primary process whenever it asks. */
export function answerPrimary({ text }: Metrics, log: Logger): void {
  process.on('message', (message) => {
    if (!isQuestion(message)) return
    text().then(
      (it) => process.send?.({ metricsAnswer: message.askMetrics, text: it } satisfies Answer),
      (error: unknown) => log.error({ err: error }, 'the metrics could not be collected'),
    )
  })
}

/** How long the primary process waits for the others: one that starts or hangs does not answer. */
const answerMs = 1000
let questions = 0

/** Returns the metrics of all processes that this one runs and that answer in time. */
export function metricsOfProcesses(): Promise<string> {
  const asked = Object.values(cluster.workers ?? {}).filter((it) => it?.isConnected())
  questions += 1
  const question: Question = { askMetrics: questions }
  const texts: string[] = []
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      cluster.off('message', collect)
      resolve(merged(texts))
    }
    const collect = (_worker: unknown, message: unknown) => {
      if (!isAnswer(message) || message.metricsAnswer !== question.askMetrics) return
      texts.push(message.text)
      if (texts.length === asked.length) finish()
    }
    const timer = setTimeout(finish, answerMs)
    cluster.on('message', collect)
    for (const worker of asked) worker?.send(question)
  })
}

/** Joins texts, so that each family has its head once. */
function merged(texts: readonly string[]): string {
  const families = new Map<string, string[]>()
  for (const family of texts.flatMap((it) => it.trimEnd().split('\n\n'))) {
    const lines = family.split('\n')
    const head = lines.filter((it) => it.startsWith('#')).join('\n')
    const samples = families.get(head) ?? []
    families.set(head, samples)
    for (const line of lines) if (!line.startsWith('#')) samples.push(line)
  }
  return [...families].map(([head, samples]) => [head, ...samples, ''].join('\n')).join('\n')
}
