// Checks that all contestants send the same answers before anything is measured. Otherwise the faster
// one might do less work.

import { deepStrictEqual, ok } from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { type Contestant, fitting } from './contestants.ts'
import type { Request, Workload } from './workloads.ts'

/** Requests per workload: enough for each kind of request in the mixed one. */
const samples = 10

/**
 * Sends some requests of each workload to every contestant.
 * @throws AssertionError with the difference, if two contestants do not answer with the same status,
 *   headers and body, or if a contestant does not list what it has created. Request ids, new ids and
 *   times may differ. The contestant "bytes" has no headers to compare.
 */
export async function checkSameAnswers(
  contestants: readonly Contestant[],
  workloads: readonly Workload[],
) {
  const all = workloads.flatMap((workload) =>
    workload.requests.slice(0, samples).map((request) => ({ workload, request })),
  )
  const reads = all.filter(({ request }) => request.method === 'GET')
  const writes = all.filter(({ request }) => request.method === 'POST')
  // Reads come first: a write drops nothing from the cache of another contestant.
  for (const { workload, request } of [...reads, ...writes]) {
    const fit = fitting(contestants, workload)
    // The first request fills the cache.
    if (request.method === 'GET') for (const one of fit) await ask(one, request)
    const [first, ...others] = await inTurn(fit, request)
    if (first === undefined) continue
    const { status, headers, body } = first.answer
    deepStrictEqual(status, request.status, `${workload.name}: ${request.path} answers ${status}`)
    for (const { name, answer } of others) {
      const expected: Answer = { status, headers: name === 'bytes' ? [] : headers, body }
      deepStrictEqual(answer, expected, `${workload.name}: ${name} answers differently`)
    }
  }
}

/**
 * Sends invalid requests to every contestant that validates.
 * @throws AssertionError if one answers with another status or without a problem document.
 */
export async function checkSameErrors(
  contestants: readonly Contestant[],
  requests: readonly Request[],
) {
  const type = 'content-type: application/problem+json'
  for (const contestant of contestants.filter((it) => it.redis && it.name !== 'bytes')) {
    for (const request of requests) {
      const { status, headers } = await ask(contestant, request)
      const what = `${contestant.name}: ${request.method} ${request.path} ${request.body ?? ''}`
      deepStrictEqual(status, request.status, `${what} answers ${status}`)
      ok(headers.includes(type), `${what} answers without a problem document`)
    }
  }
}

interface Answer {
  readonly status: number | undefined
  readonly headers: readonly string[]
  readonly body: string
}

async function inTurn(contestants: readonly Contestant[], request: Request) {
  const answers: { readonly name: string; readonly answer: Answer }[] = []
  for (const one of contestants) {
    const { name } = one
    const answer = request.method === 'POST' ? await write(one, request) : await ask(one, request)
    answers.push({ name, answer: name === 'bytes' ? { ...answer, headers: [] } : answer })
  }
  return answers
}

/** Creates something, which the list at the same path has to show from then on. */
async function write(contestant: Contestant, request: Request): Promise<Answer> {
  const list: Request = { method: 'GET', path: request.path, status: 200 }
  await ask(contestant, list)
  const { status, headers, body } = await ask(contestant, request)
  const { id, createdAt } = JSON.parse(body)
  const shown = await ask(contestant, list)
  ok(shown.body.includes(id), `${contestant.name} does not list what it has just created`)
  const withoutOwn = (text: string) => text.replaceAll(id, '<id>').replaceAll(createdAt, '<time>')
  return { status, headers: headers.map(withoutOwn), body: withoutOwn(body) }
}

/** The headers whose values differ from one request to the next. */
const ownHeaders = ['date', 'id']

/** Cursors are opaque, and each contestant has its own format. */
const withoutCursor = (text: string) =>
  text.replace(/("nextCursor":"|cursor=)[\w-]+/g, '$1<cursor>')

function ask({ port }: Contestant, { method, path, headers, body }: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, headers: { ...headers } }
    const request = httpRequest(options, async (response) => {
      const text = (await response.setEncoding('utf8').toArray()).join('')
      const { 'x-request-id': id, ...others } = response.headers
      const named = id === undefined ? text : text.replaceAll(String(id), '<request id>')
      const answer = withoutCursor(named)
      // The length of a cursor differs, and with it the length and the entity tag of the body.
      const own = answer === named ? ownHeaders : [...ownHeaders, 'content-length', 'etag']
      const described = describeHeaders(own, { ...others, id })
      resolve({ status: response.statusCode, headers: described, body: answer })
    })
    request.once('error', reject)
    request.end(body)
  })
}

/**
 * Returns names and values, without the values of the headers in `own`. A charset of UTF-8 changes
 * nothing for JSON.
 */
function describeHeaders(
  own: readonly string[],
  headers: NodeJS.Dict<string | string[]>,
): string[] {
  const lines = Object.entries(headers).map(([name, value]) =>
    own.includes(name) ? name : withoutCursor(`${name}: ${value}`.replace('; charset=utf-8', '')),
  )
  return lines.sort()
}
