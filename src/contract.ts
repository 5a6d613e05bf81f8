// Binds the engine's generic types and functions to this service's contract. Everything else in src/
// takes them from here; only this file and the composition roots import from generated/.
import { contract, operations, securitySchemes } from '../generated/operations.ts'
import type { Operations, Schemas } from '../generated/types.d.ts'
import type { Transaction } from './db/connection.ts'
import * as errors from './engine/errors.ts'
import type * as engine from './engine/types.ts'
import type { createUrlFor } from './engine/urls.ts'

export { ApiError, clientGone, fieldErrorsOf, rateLimited, unavailable } from './engine/errors.ts'
export type { Validator } from './engine/operation.ts'
export type {
  /** @public for features */
  EventStream,
  Principal,
} from './engine/types.ts'
export type { Schemas }
export { contract, operations, securitySchemes }

/** The codes that the contract lists, or any. */
export type ProblemCode = Schemas extends { ProblemCode: infer Code extends string } ? Code : string
export type OperationId = keyof Operations

/** The reads of the contract, cached in this build or not: what a write or a job may name. */
export type ReadId = engine.ReadId<Operations>
export type Invalidate = engine.Invalidate<Operations>
export type ManualCache = engine.ManualCache<Operations>

export type HandlerRequest<Id extends OperationId> = engine.HandlerRequest<Operations[Id]>
export type Handler<Id extends OperationId> = engine.Handler<
  Operations[Id],
  Transaction,
  Invalidate
>

/** One handler for each operation of the contract, none left out. */
export type Handlers = engine.Handlers<Operations, Transaction>

/** One authenticator for each security scheme of the contract, none left out. */
export type Authenticators = engine.Authenticators<typeof securitySchemes>

/** Types a write in two steps by what its first step returns. */
export function staged<Id extends OperationId, Prepared>(
  _operationId: Id,
  handler: engine.StagedHandler<Operations[Id], Transaction, Invalidate, Prepared>,
) {
  return handler
}

/** The function that returns the path of an operation with its parameters filled in: for `Location`. */
export type UrlFor = ReturnType<typeof createUrlFor<Operations>>

/** Makes an ApiError with a code of this contract, to be thrown. */
export const apiError: (
  kind: Parameters<typeof errors.apiError>[0],
  detail: string,
  extra?: errors.ApiErrorOptions<ProblemCode>,
) => errors.ApiError = errors.apiError

/** Makes the error for a conflict with what exists already. */
export const conflict: (code: ProblemCode, detail: string) => errors.ApiError = errors.conflict
