// The types of what codegen writes as JavaScript: tables of functions, one row for each operation.
import type { ErrorObject } from 'ajv'

/** One compiled schema: says yes or no, and leaves what was wrong in `errors`. */
export interface Validator {
  (value: unknown): boolean
  errors?: readonly ErrorObject[] | null
}

export interface OperationValidators<
  MediaType extends string = string,
  Status extends PropertyKey = string,
> {
  readonly parameters: Readonly<Record<'path' | 'query' | 'header' | 'cookie', Validator>>
  readonly body: Readonly<Record<MediaType, Validator>>
  /** By status; only those with a body. */
  readonly responses: Readonly<Record<Status, Validator>>
  /** By status; the headers of a response by their names in lower case, as `parseHeaders` has them. */
  readonly headers: Readonly<Record<string, Validator>>
}

export type Serializer = (value: unknown) => string

export type ValidatorTable = Readonly<Record<string, OperationValidators>>

/** The table of these operations, so that one is looked up without a doubt that it is there. */
export type ValidatorsOf<Operations> = {
  readonly [Id in keyof Operations]: OperationValidators<
    MediaTypeOf<Operations[Id]>,
    StatusOf<Operations[Id]>
  >
}
type MediaTypeOf<Operation> = Operation extends {
  body: { types: readonly (infer MediaType extends string)[] }
}
  ? MediaType
  : never

type StatusOf<Operation> = Operation extends { responses: infer Responses }
  ? {
      [Status in keyof Responses]: Responses[Status] extends { type: string } ? Status : never
    }[keyof Responses]
  : never

/** By operation and status; only responses with a body. */
export type SerializerTable<Id extends string> = Readonly<
  Record<Id, Readonly<Record<string, Serializer>>>
>
