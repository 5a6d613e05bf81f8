// The types of what codegen writes as JavaScript: tables of functions, one row for each operation.
import type { ErrorObject } from 'ajv'

/** One compiled schema: says yes or no, and leaves what was wrong in `errors`. */
export interface Validator {
  (value: unknown): boolean
  errors?: readonly ErrorObject[] | null
}

export interface OperationValidators {
  readonly parameters: Readonly<Record<'path' | 'query' | 'header', Validator>>
  /** By media type. */
  readonly body: Readonly<Record<string, Validator>>
  /** By status; only those with a body. */
  readonly responses: Readonly<Record<string, Validator>>
}

export type Serializer = (value: unknown) => string

export type ValidatorTable<Id extends string> = Readonly<Record<Id, OperationValidators>>
/** By operation and status; only responses with a body. */
export type SerializerTable<Id extends string> = Readonly<
  Record<Id, Readonly<Record<string, Serializer>>>
>
