// Before anything is measured: do all contestants send the same? Otherwise the faster one may just
// be the one that does less.

import { deepStrictEqual, ok } from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { type Contestant, fitting } from './contestants.ts'
import type { Request, Workload } from './workloads.ts'

/** Of each workload; as many as the mix takes to have each kind of request in it. */
const samples = 10

/**
 * Puts some requests of each workload to every contestant.
 * @throws AssertionError that shows the difference, where two of them do not answer with the same
 *   status, headers and body, or what was written is not listed by who has written it. What each of
 *   them names by itself is left out: the request, the new row and the time. The bytes alone have no
 *   headers.
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
  // What has been written by one of them is not dropped from the cache of another.
  for (const { workload, request } of [...reads, ...writes]) {
    const fit = fitting(contestants, workload)
    // What is cached is made by the first who asks.
    if (request.method === 'GET') for (const one of fit) await ask(one, request)
    const [first, ...others] = await inTurn(fit, request)
    if (first === undefined) continue
    const { status, headers, body } = first.answer
    deepStrictEqual(status, request.status, `${workload.name}: ${request.path} answers ${status}`)
    for (const { name, answer } of others) {
      const expected: Answer = { status, headers: name === 'bytes' ? [] : headers, body }
      deepStrictEqual(answer, expected, `${workload.name}: ${name} answers otherwise`)
    }
  }
}

/**
 * Puts what has to be refused to every contestant that has rules.
 * @throws AssertionError where one of them answers with another status, or with no problem.
 */
export async function checkSameRefusals(
  contestants: readonly Contestant[],
  requests: readonly Request[],
) {
  const type = 'content-type: application/problem+json'
  for (const contestant of contestants.filter((it) => it.redis && it.name !== 'bytes')) {
    for (const request of requests) {
      const { status, headers } = await ask(contestant, request)
      const what = `${contestant.name}: ${request.method} ${request.path} ${request.body ?? ''}`
      deepStrictEqual(status, request.status, `${what} answers ${status}`)
      ok(headers.includes(type), `${what} answers with no problem`)
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

/** Writes something, which the list at the same path has to show from then on. */
async function write(contestant: Contestant, request: Request): Promise<Answer> {
  const list: Request = { method: 'GET', path: request.path, status: 200 }
  await ask(contestant, list)
  const { status, headers, body } = await ask(contestant, request)
  const { id, createdAt } = JSON.parse(body)
  const shown = await ask(contestant, list)
  ok(shown.body.includes(id), `${contestant.name} does not list what it has just written`)
  const withoutOwn = (text: string) => text.replaceAll(id, '<id>').replaceAll(createdAt, '<time>')
  return { status, headers: headers.map(withoutOwn), body: withoutOwn(body) }
}

/** The headers whose values differ from one request to the next. */
const ownHeaders = ['date', 'id']

/** A cursor is opaque, and each contestant makes its own. */
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
      // Its length differs from contestant to contestant, and what is made of the whole body with it.
      const own = answer === named ? ownHeaders : [...ownHeaders, 'content-length', 'etag']
      const described = describedBut(own, { ...others, id })
      resolve({ status: response.statusCode, headers: described, body: answer })
    })
    request.once('error', reject)
    request.end(body)
  })
}

/**
 * Names and values, but for the values of each contestant itself. JSON is UTF-8 whether
 * or not it is said.
 */
function describedBut(own: readonly string[], headers: NodeJS.Dict<string | string[]>): string[] {
  const lines = Object.entries(headers).map(([name, value]) =>
    own.includes(name) ? name : withoutCursor(`${name}: ${value}`.replace('; charset=utf-8', '')),
  )
  return lines.sort()
}
