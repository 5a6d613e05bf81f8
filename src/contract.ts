// Binds the engine's generic types and functions to this service's contract. Everything else in src/
// takes them from here; only this file and the composition roots import from generated/.
export { contract, operations } from '../generated/operations.ts'
export type { Invalidate, ReadId } from './engine/cache-by-hand.ts'
export { ApiError, apiError, conflict, rateLimited, unavailable } from './engine/errors.ts'
export { fieldErrorsOf } from './engine/field-errors.ts'
export type { Validator } from './engine/tables.ts'
export {
  type Handler,
  type Handlers,
  type OperationId,
  ownerOf,
  type Principal,
  type Request,
  type Schemas,
  staged,
  superuserScope,
} from './engine/types.ts'
export { urlFor } from './engine/urls.ts'
