// The HTTP client of the tests. It checks each response under the base path against the contract: the
// status is documented, the body is valid, and the required headers are there.
import { expect } from 'vitest'
import { contract, operations } from '../../generated/operations.ts'
import type { OperationId } from '../../src/contract.ts'
import type { Operation } from '../../src/engine/operation.ts'
import { violationsOf } from '../contract/suite/run.ts'
import { noteSecrets } from './secrets.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the properties that it expects
  readonly body: any
}

export interface Caller {
  readonly token?: string
}

export interface Client {
  /** Returns the same client with the caller's token on each request. */
  as(caller: Caller): Client
  request(method: string, path: string, init?: RequestInit): Promise<Answer>
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body?: unknown): Promise<Answer>
  patch(path: string, body?: unknown): Promise<Answer>
  put(path: string, body?: unknown): Promise<Answer>
  delete(path: string): Promise<Answer>
}

export function createClient(origin: string, caller: Caller = {}): Client {
  const authorization = caller.token ? { authorization: `Bearer ${caller.token}` } : {}

  async function request(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = { ...authorization, ...(init.headers as Record<string, string>) }
    const response = await fetch(origin + contract.basePath + path, { ...init, method, headers })
    const text = await response.text()
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '')
    const body = isJson && text ? JSON.parse(text) : undefined
    const answer = { status: response.status, headers: response.headers, text, body }
    noteSecrets(answer)
    expectContract(method, path, answer)
    return answer
  }
  const send = (method: string) => (path: string, body?: unknown) =>
    request(method, path, {
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    })
  return {
    as: (other) => createClient(origin, other),
    request,
    get: (path, headers = {}) => request('GET', path, { headers }),
    post: send('POST'),
    patch: send('PATCH'),
    put: send('PUT'),
    delete: send('DELETE'),
  }
}

/** Checks a response against the operation of its request, if there is one. */
function expectContract(method: string, path: string, answer: Answer) {
  const operation = operationOf(method, path)
  if (operation === undefined) return
  const id = operation.operationId as OperationId
  expect(violationsOf(id, method, answer), answer.text).toEqual([])
}

/** Finds the operation of a request without the engine's router, which is under test. */
function operationOf(method: string, path: string): Operation | undefined {
  const [pathname = ''] = path.split('?')
  const candidates = Object.values<Operation>(operations)
    .filter((it) => new RegExp(`^${it.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname))
    .sort((one, other) => one.path.split('{').length - other.path.split('{').length)
  const wanted = method === 'HEAD' ? 'get' : method.toLowerCase()
  return candidates.find((it) => it.path === candidates[0]?.path && it.method === wanted)
}
