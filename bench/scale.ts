// `npm run bench -- --scale`: the cost of each operation of the contract while the data grows from a
// thousand posts to a million, with one request at a time and without a cache. It also compares the
// first page of a list with the last, as the full run does.
import { contract, operations } from '../generated/operations.ts'
import type { Database } from '../src/db/connection.ts'
import { type Contestant, startContestant } from './contestants.ts'
import { cursorAfter, grow } from './grow.ts'
import { type Output, writeOutput } from './output.ts'
import { inText, type Spread, spread, table } from './report.ts'
import { userCreator } from './seed.ts'
import type { Bench } from './set-up.ts'
import type { Author, Request } from './workloads.ts'
import { ask, type Make, type Stage, writes } from './writes.ts'

const sizes = [1000, 10_000, 100_000, 1_000_000]
const sliceSeconds = 0.5
const slices = 3
const writesOfEach = 9
/** No mode of the bench takes longer than this. */
const limitSeconds = 14 * 60

/** The median latency of one kind of request at each size, in milliseconds. */
interface Cost {
  readonly request: string
  readonly milliseconds: number[]
}

export async function scale(bench: Bench, options: Output) {
  const { db, authors } = bench.backing
  const [author] = authors
  if (author === undefined) throw new Error('the seed has no author')
  await db('users').where({ username: author.username }).update({ is_superuser: true })
  const server = await startUncached(bench)
  const stage = await setStage(db, server, author)
  const costs = new Map<string, Cost>()
  const note = (request: string, milliseconds: number) => {
    const cost = costs.get(request) ?? { request, milliseconds: [] }
    cost.milliseconds.push(milliseconds)
    costs.set(request, cost)
  }
  let grown = 0
  for (const size of sizes) {
    if (bench.interrupted() || bench.elapsed() > limitSeconds) break
    process.stdout.write(`\rgrowing to ${size} posts`)
    await grow(db, author.username, grown, size)
    grown = size
    for (const [read, request] of await reads(bench, size)) {
      note(read, await latency(bench, server, request))
    }
    for (const [write, make] of Object.entries(writes)) note(write, await timed(make, stage))
  }
  const all = [...costs.values()]
  const complete = grown === sizes.at(-1) && !bench.interrupted()
  const pages = complete ? await measurePages(bench, server, grown) : undefined
  const text = [scaleTable(all), ...(pages ? [pagesTable(pages)] : [])].join('\n\n')
  console.log(`\n\n${text}\n`)
  const unknown = Object.entries(operations).filter(
    ([id, it]) => it.method !== 'get' && !writes[id],
  )
  for (const [id] of unknown)
    console.log(`not measured: ${id}, which is missing in bench/writes.ts`)
  const measured = sizes.slice(0, all[0]?.milliseconds.length)
  writeOutput(options, 'scale', { sizes: measured, costs: all, pages })
}

/** Starts the service without Redis, so that every read reaches the database. */
async function startUncached(bench: Bench): Promise<Contestant> {
  const start = { ...bench.start, redisPort: undefined }
  const server = await startContestant('service', bench.service, start)
  bench.onStop(server.stop)
  return server
}

async function setStage(db: Database, { port }: Contestant, owner: Author): Promise<Stage> {
  const createUser = await userCreator(db)
  let count = 0
  const next = () => ++count
  const url = `http://127.0.0.1:${port}${contract.basePath}`
  return { db, url, owner, next, newUser: () => createUser(`extra${next()}`) }
}

/** Returns the median latency of some writes, one after the other, in milliseconds. */
async function timed(make: Make, stage: Stage): Promise<number> {
  const times: number[] = []
  for (let count = 0; count < writesOfEach; count++) {
    const write = await make(stage)
    const began = performance.now()
    await ask(stage, write)
    times.push(performance.now() - began)
  }
  return spread(times).median
}

/** By path parameter, the table of what belongs to a user. */
const belongings: Readonly<Record<string, string>> = { postId: 'posts', taskId: 'tasks' }

/** Returns one request per read of the contract, and more for reads with filters and cursors. */
async function reads({ backing }: Bench, size: number): Promise<Map<string, Request>> {
  const { db, authors } = backing
  const { username = '', token = '' } = authors[0] ?? {}
  const { id: userId } = await db('users').where({ username }).first('id')
  const someOf = (rows: string) =>
    db(rows)
      .where({ user_id: userId })
      .orderBy('id')
      .offset(size / 20)
      .first('id')
  const { listPosts, listTasks, listSessions, listUsers } = operations
  const posts = { operation: listPosts, params: { username } }
  const values: Readonly<Record<string, string>> = {
    username,
    ...Object.fromEntries(
      await Promise.all(
        Object.entries(belongings).map(async ([id, rows]) => [id, (await someOf(rows)).id]),
      ),
    ),
  }
  const headers = { authorization: `Bearer ${token}` }
  const asked = new Map<string, Request>()
  for (const { operationId, method, path } of Object.values(operations)) {
    if (method !== 'get') continue
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
    asked.set(operationId, { method: 'GET', path: `/api/v1${filled}`, headers, status: 200 })
  }
  const also = (operationId: string, how: string, query: string) => {
    const request = asked.get(operationId)
    if (request === undefined) throw new Error(`the contract has no ${operationId}`)
    asked.set(`${operationId}, ${how}`, { ...request, path: `${request.path}?${query}` })
  }
  also('listTasks', 'in a state that no task has', 'status=failed')
  also('listTasks', 'in two states', 'status=failed&status=succeeded')
  also('listTasks', 'of one kind', 'type=greet')
  const few = size / 10 - 20
  const tasks = await cursorAfter(db, { operation: listTasks }, 'tasks', few, userId)
  const sessions = await cursorAfter(db, { operation: listSessions }, 'sessions', few, userId)
  const users = await cursorAfter(db, { operation: listUsers }, 'users', few)
  also(
    'listPosts',
    'last page',
    `cursor=${await cursorAfter(db, posts, 'posts', size - 20, userId)}`,
  )
  also('listPosts', 'by title', 'sort=title')
  also('listUsers', 'by name', 'sort=-name')
  also('listTasks', 'last page', `cursor=${tasks}`)
  also('listSessions', 'last page', `cursor=${sessions}`)
  also('listUsers', 'last page', `cursor=${users}`)
  also('listAllUsers', 'only deleted', 'status=deleted')
  also('listAllUsers', 'search for one', 'q=author7')
  also('listAllUsers', 'search for one in a hundred', 'q=grown77')
  also('listAllUsers', 'search without a result', 'q=no-such-user')
  return asked
}

/**
 * Returns the lowest of several median latencies in milliseconds, with one request at a time. The lowest
 * contains the least of other work on the machine.
 */
async function latency({ load }: Bench, { port }: Contestant, request: Request): Promise<number> {
  const order = { port, requests: [request], connections: 1, seconds: sliceSeconds }
  const medians: number[] = []
  for (let slice = 0; slice < slices; slice++) medians.push((await load(order)).p50)
  return Math.min(...medians)
}

/** Returns a table of all costs. */
function scaleTable(costs: readonly Cost[]): string {
  const measured = sizes.slice(0, costs[0]?.milliseconds.length)
  const head = ['request, ms at so many posts', ...measured.map((it) => it.toLocaleString('en'))]
  const rows = costs.map(({ request, milliseconds }) => {
    const growth = (milliseconds.at(-1) ?? Number.NaN) / (milliseconds[0] ?? Number.NaN)
    return [request, ...milliseconds.map((it) => it.toFixed(2)), growth.toFixed(2)]
  })
  return table([...head, 'last to first'], rows)
}

export interface Pages {
  readonly posts: number
  /** Requests per second on the first page divided by those on the last. */
  readonly ratio: Spread
}

const pageSize = 20
const rounds = 10
const connections = 32

/** Grows the data to a million posts and compares the first page with the last. */
export async function compareDeepPages(bench: Bench): Promise<Pages> {
  const { db, authors } = bench.backing
  const posts = sizes.at(-1) ?? 0
  await grow(db, authors[0]?.username ?? '', 0, posts)
  return measurePages(bench, await startUncached(bench), posts)
}

async function measurePages(bench: Bench, { port }: Contestant, posts: number): Promise<Pages> {
  const { db, authors } = bench.backing
  const { username = '' } = authors[0] ?? {}
  const { id: userId } = await db('users').where({ username }).first('id')
  const path = `/api/v1/users/${username}/posts?limit=${pageSize}`
  const list = {
    operation: operations.listPosts,
    params: { username },
    query: { limit: pageSize },
  }
  const cursor = await cursorAfter(db, list, 'posts', posts - pageSize, userId)
  const rateOf = async (page: string) => {
    const requests: Request[] = [{ method: 'GET', path: page, status: 200 }]
    const order = { port, requests, connections, seconds: sliceSeconds }
    const slice = await bench.load(order)
    return slice.requests / slice.seconds
  }
  const ratios: number[] = []
  for (let round = 0; round <= rounds && !bench.interrupted(); round++) {
    const ratio = (await rateOf(path)) / (await rateOf(`${path}&cursor=${cursor}`))
    if (round > 0) ratios.push(ratio)
  }
  return { posts, ratio: spread(ratios) }
}

export function pagesTable({ posts, ratio }: Pages): string {
  const title = `page ${posts / pageSize} of ${posts.toLocaleString('en')} posts`
  return table(['', 'time relative to page 1'], [[title, inText(ratio, 2)]])
}
