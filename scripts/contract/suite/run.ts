// Runs a case on a target and checks the response. It knows no test runner and no service, so that a command
// can run it against any.
import { type Answer, type Contract, violationsOf } from './answers.ts'
import type { Case, Sent } from './cases.ts'

export interface Target<World> {
  readonly name: 'app' | 'mock' | 'url'
  readonly origin: string
  readonly world: World
  /** The same service without its database, where there is one. */
  readonly outageOrigin?: string
  /** The same service with limits of one request. */
  readonly limitedOrigin?: string
}

/** Returns how the response differs from what the contract says for this case; empty if it does not. */
export async function violationsOfCase<World>(
  contract: Contract,
  target: Target<World>,
  { request, ...it }: Case<World>,
): Promise<string[]> {
  const sent = await request(target.world)
  const outgoing =
    target.name === 'mock' && it.needs !== 'nothing' ? preferring(sent, it.status) : sent
  const origin = originFor(target, it.needs)
  // An invalid request uses up the limit too.
  if (origin === target.limitedOrigin)
    await send(contract, origin, it.operation, { ...outgoing, query: 'one=more' })
  const answer = await send(contract, origin, it.operation, outgoing)
  const { method = '' } = contract.operations[it.operation] ?? {}
  const violations = violationsOf(contract, it.operation, method, answer)
  if (answer.status === it.status) return violations
  return [
    `${it.operation} returns ${answer.status} instead of ${it.status}: ${answer.text}`,
    ...violations,
  ]
}

function originFor(
  { origin, outageOrigin, limitedOrigin }: Target<unknown>,
  needs: Case<unknown>['needs'],
): string {
  if (needs === 'outage') return outageOrigin ?? origin
  return needs === 'limit' ? (limitedOrigin ?? origin) : origin
}

const preferring = (sent: Sent, status: number): Sent => ({
  ...sent,
  headers: { ...sent.headers, prefer: `code=${status}` },
})

/** Returns the path and query of a request. */
export function pathOf(
  { basePath, operations }: Contract,
  id: string,
  { path: given, params = {}, query }: Sent,
): string {
  if (given !== undefined)
    return query ? `${given}${given.includes('?') ? '&' : '?'}${query}` : given
  const path = operations[id]?.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  )
  return basePath + path + (query ? `?${query}` : '')
}

export async function send(
  contract: Contract,
  origin: string,
  id: string,
  sent: Sent,
): Promise<Answer> {
  const { method = '' } = contract.operations[id] ?? {}
  const authorization = sent.as && { authorization: `Bearer ${sent.as.token}` }
  const response = await fetch(origin + pathOf(contract, id, sent), {
    method: method.toUpperCase(),
    redirect: 'manual',
    headers: { ...authorization, ...sent.headers },
    ...(sent.body !== undefined && { body: sent.body as NonNullable<RequestInit['body']> }),
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** Returns a table of operations and statuses; `mark` returns the content of a cell. */
export function matrix<Of extends Case<never>>(
  cases: readonly Of[],
  mark: (it: Of) => string,
): string {
  const statuses = [...new Set(cases.map((it) => it.status))].sort()
  const names = [...new Set(cases.map((it) => it.operation))]
  const width = Math.max(...names.map((it) => it.length))
  const line = (name: string, cells: readonly string[]) =>
    [name.padEnd(width), ...cells.map((it) => it.padStart(4))].join('')
  const rows = names.map((name) =>
    line(
      name,
      statuses.map((status) => {
        const found = cases.find((it) => it.operation === name && it.status === status)
        return found ? mark(found) : '·'
      }),
    ),
  )
  return [line('', statuses.map(String)), ...rows].join('\n')
}
