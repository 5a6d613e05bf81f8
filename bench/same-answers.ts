// Before anything is measured: do all contestants send the same? Otherwise the faster one may just
// be the one that does less.

import { deepStrictEqual } from 'node:assert/strict'
import { get } from 'node:http'
import type { Contestant } from './contestants.ts'
import type { Workload } from './workloads.ts'

/**
 * @throws AssertionError that shows the difference, where two contestants do not answer a path with
 *   the same status, header names and body (but for the request id, which is each one's own).
 */
export async function checkSameAnswers(
  contestants: readonly Contestant[],
  workloads: readonly Workload[],
) {
  for (const { paths, status, redis } of workloads) {
    const [first, ...others] = contestants.filter((it) => it.redis === redis)
    if (first === undefined) continue
    // What is cached is made by the first who asks.
    if (redis) for (const path of paths) for (const one of [first, ...others]) await ask(one, path)
    for (const path of paths) {
      const expected = await ask(first, path)
      deepStrictEqual(expected.status, status, `${first.name} ${path}`)
      for (const other of others) deepStrictEqual(await ask(other, path), expected)
    }
  }
}

function ask({ port }: Contestant, path: string) {
  return new Promise<{ status: number | undefined; headers: string[]; body: unknown }>(
    (resolve, reject) => {
      const request = get({ host: '127.0.0.1', port, path }, async (response) => {
        const text = (await response.setEncoding('utf8').toArray()).join('')
        const { 'x-request-id': id, ...headers } = response.headers
        const body = text.replaceAll(String(id), '<request id>')
        resolve({ status: response.statusCode, headers: described({ ...headers, id }), body })
      })
      request.once('error', reject)
    },
  )
}

/** Names and values, but for the values that differ from one request to the next. */
function described(headers: NodeJS.Dict<string | string[]>): string[] {
  const own = ['date', 'id']
  const lines = Object.entries(headers).map(([name, value]) =>
    own.includes(name) ? name : `${name}: ${value}`,
  )
  return lines.sort()
}
