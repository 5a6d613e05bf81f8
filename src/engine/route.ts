// What the lifecycle knows of an operation before any request, and what it hands to a handler.
import type { CacheRequest } from './cache-keys.ts'
import { eventStreamType } from './event-stream.ts'
import { checkedLines } from './items.ts'
import { isSafe, type Operation, type Serializer } from './operation.ts'
import type { SerializedResponse } from './response.ts'
import { type ClientPolicy, clientPolicy } from './steps/conditional.ts'
import type { AnyHandler, Engine, PlainHandler } from './types.ts'

/** An operation and what it runs. */
export interface Route {
  readonly operation: Operation
  readonly serializers: Readonly<Record<string, Serializer>>
  readonly run: PlainHandler
  /** The first step of a write in two. */
  readonly prepare?: (request: never, context: never) => Promise<unknown>
  readonly affects?: (prepared: never) => string
  readonly policy: ClientPolicy
  /** The serializer of what a GET of the same URL answers. */
  readonly current: Serializer | undefined
  readonly isSafe: boolean
  readonly isPaged: boolean
  /** Whether it may answer 503 for want of memory: a write reports its outcome in any case. */
  readonly mayBeUnavailable: boolean
  /** Answers a cached read from the parts of its key alone, so that it cannot see who calls. */
  readonly fill: ((request: CacheRequest) => Promise<SerializedResponse>) | undefined
}

/** Returns the route of an operation, without its fill. */
export function routeOf(engine: Engine, operation: Operation): Route {
  const { operationId, method, path, responses, parameters } = operation
  const { operations, serializers, maxAge, pages, strict, validators } = engine
  const handler = engine.handlers[operationId] as AnyHandler
  const isRead = method === 'get'
  const read = Object.values(operations).find((it) => it.method === 'get' && it.path === path)
  const { type, isRaw } = read?.responses[200] ?? {}
  const isValue = !isRaw && type !== eventStreamType
  const own = serializers[operationId] ?? {}
  return {
    operation,
    serializers: strict ? checkedLines(operation, own, validators[operationId]) : own,
    ...(typeof handler === 'function' ? { run: handler } : handler),
    policy: clientPolicy(operation, maxAge, engine.securitySchemes),
    current: read && isValue ? serializers[read.operationId]?.[200] : undefined,
    isSafe: isSafe(method),
    isPaged: isRead && pages !== undefined && 'cursor' in parameters.query,
    mayBeUnavailable: isRead && 503 in responses,
    fill: undefined,
  }
}

/** Whether an operation documents an event stream among its responses. */
export const answersEvents = ({ responses }: Operation) =>
  Object.values(responses).some(
    ({ type, types }) => type === eventStreamType || (types && eventStreamType in types),
  )
