// `npm run bench -- --transfers`: large uploads and downloads, and many open event streams, through the
// engine and a contract of its own. What matters is that memory stays flat.
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { generateFiles } from '../scripts/codegen.ts'
import { readContract } from '../scripts/contract/bundle.ts'
import { writeContract } from './compiled-contract.ts'
import { type Contestant, programs, startContestant } from './contestants.ts'
import { processorTime } from './cores.ts'
import { memoryOf } from './memory.ts'
import { type Output, writeOutput } from './output.ts'
import { table } from './report.ts'
import type { Bench } from './set-up.ts'

const atOnce = 50
const fileSize = 10_000_000
const streamCount = 1000
const publications = 20
const sampleMs = 20

/** One kind of transfer, `atOnce` at a time. */
interface Flow {
  readonly megabytesPerSecond: number
  /** The highest resident memory of the server in each round, in megabytes. */
  readonly memory: readonly number[]
}

interface Streams {
  /** Resident memory for each open stream, in kilobytes. */
  readonly memoryOfEach: number
  /** From publishing an event until the last stream has it, in milliseconds: the median. */
  readonly delay: number
  /** CPU time of the server to send one event to all, in milliseconds. */
  readonly processor: number
}

export interface TransferFigures {
  readonly memoryAtRest: number
  readonly upload: Flow
  readonly download: Flow
  readonly streams: Streams
}

export async function transfers(bench: Bench, options: Output & { readonly quick: boolean }) {
  const figures = await measureTransfers(bench, options.quick ? 2 : 5)
  console.log(`\n\n${transfersTable(figures)}\n`)
  writeOutput(options, 'transfers', { transfers: figures })
}

/** Measures each kind on a server of its own. */
export async function measureTransfers(bench: Bench, rounds: number): Promise<TransferFigures> {
  const generated = await generate()
  const measure = async <T>(work: (server: Contestant, agent: Agent) => Promise<T>) => {
    const script = join(programs, 'transfers/server.js')
    const server = await startContestant('transfers', script, {
      ...bench.start,
      scriptArguments: [generated],
    })
    // A connection each: one that is kept could close just as the next transfer takes it.
    const agent = new Agent({ keepAlive: false })
    try {
      return await work(server, agent)
    } finally {
      agent.destroy()
      await server.stop()
    }
  }
  const memoryAtRest = await measure(async ({ pid }) => memoryOf(pid))
  const upload = await measure((server, agent) => flow(server, rounds, () => send(server, agent)))
  const download = await measure((server, agent) =>
    flow(server, rounds, () => receive(server, agent)),
  )
  const streams = await measure((server, agent) => measureStreams(server, agent))
  return { memoryAtRest, upload, download, streams }
}

/** Compiles the contract and returns the path of the module. */
async function generate(): Promise<string> {
  const document = await readContract('bench/transfers/contract.yaml', { expand: false })
  const { module } = await writeContract('transfers', await generateFiles(document))
  return module
}

/** Runs rounds of transfers, all of a round at once. */
async function flow(
  { pid }: Contestant,
  rounds: number,
  transfer: () => Promise<void>,
): Promise<Flow> {
  const memory: number[] = []
  const began = performance.now()
  for (let round = 0; round < rounds; round++) {
    let highest = 0
    const sampling = setInterval(() => {
      highest = Math.max(highest, memoryOf(pid))
    }, sampleMs)
    try {
      await Promise.all(Array.from({ length: atOnce }, transfer))
    } finally {
      clearInterval(sampling)
    }
    memory.push(highest)
  }
  const seconds = (performance.now() - began) / 1000
  return { megabytesPerSecond: (rounds * atOnce * fileSize) / 1e6 / seconds, memory }
}

const piece = Buffer.alloc(100_000, 'x')

function* pieces() {
  for (let sent = 0; sent < fileSize; sent += piece.length) yield piece
}

async function send({ port }: Contestant, agent: Agent): Promise<void> {
  const headers = { 'content-type': 'application/octet-stream', 'content-length': fileSize }
  const upload = request({ port, agent, method: 'POST', path: '/api/v1/files', headers })
  const answered = once(upload, 'response') as Promise<[IncomingMessage]>
  await pipeline(Readable.from(pieces()), upload)
  const [response] = await answered
  const [text] = await response.setEncoding('utf8').toArray()
  if (text !== String(fileSize)) throw new Error(`an upload was answered with ${text}`)
}

async function receive({ port }: Contestant, agent: Agent): Promise<void> {
  const response = await get(port, agent, '/api/v1/files')
  let size = 0
  for await (const { length } of response) size += length
  if (size !== fileSize) throw new Error(`a download had ${size} bytes`)
}

async function get(port: number, agent: Agent, path: string): Promise<IncomingMessage> {
  const [response] = await once(request({ port, agent, path }).end(), 'response')
  if (response.statusCode !== 200) throw new Error(`${path} answered ${response.statusCode}`)
  return response
}

async function measureStreams({ port, pid }: Contestant, agent: Agent): Promise<Streams> {
  const before = memoryOf(pid)
  let received = 0
  let onAll = () => {}
  const streams: IncomingMessage[] = []
  for (let count = 0; count < streamCount; count++) {
    const stream = await get(port, agent, '/api/v1/events')
    stream.on('data', () => {
      received += 1
      if (received % streamCount === 0) onAll()
    })
    streams.push(stream)
  }
  const publish = async () => {
    const began = performance.now()
    const all = new Promise<void>((done) => {
      onAll = done
    })
    await once(request({ port, agent, method: 'POST', path: '/api/v1/events' }).end(), 'response')
    await all
    return performance.now() - began
  }
  await publish()
  const memoryOfEach = ((memoryOf(pid) - before) * 1000) / streamCount
  const processorBefore = processorTime(pid)
  const delays: number[] = []
  for (let count = 0; count < publications; count++) delays.push(await publish())
  const processor = (processorTime(pid) - processorBefore) / 1000 / publications
  for (const stream of streams) stream.destroy()
  const delay = delays.toSorted((one, other) => one - other)[publications / 2] ?? Number.NaN
  return { memoryOfEach, delay, processor }
}

/** Returns the figures as a Markdown table. */
export function transfersTable({ memoryAtRest, upload, download, streams }: TransferFigures) {
  const rounds = ({ memory }: Flow) => memory.map((it) => it.toFixed(0)).join(', ')
  const files = `of ${fileSize / 1e6} MB, ${atOnce} at once`
  const all = streamCount.toLocaleString('en')
  return table(
    ['transfers', ''],
    [
      [`uploads ${files}, MB/s`, upload.megabytesPerSecond.toFixed(0)],
      [`downloads ${files}, MB/s`, download.megabytesPerSecond.toFixed(0)],
      ['memory of the server before, MB', memoryAtRest.toFixed(0)],
      [`highest memory in each round of ${atOnce} uploads, MB`, rounds(upload)],
      [`highest memory in each round of ${atOnce} downloads, MB`, rounds(download)],
      [`memory of one of ${all} open event streams, kB`, streams.memoryOfEach.toFixed(1)],
      [`an event to ${all} streams: until the last has it, ms`, streams.delay.toFixed(0)],
      ['CPU time of the server for it, ms', streams.processor.toFixed(0)],
    ],
  )
}
