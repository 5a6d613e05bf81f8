// The body of an error as its operation declares it: in the document's own format, or as a problem document
// with members of its own.
import { ContractViolation, type FieldError } from './errors.ts'
import {
  type Operation,
  responseKey,
  type Serializer,
  type SerializerTable,
  type Validator,
  type ValidatorTable,
} from './operation.ts'

export const problemType = 'application/problem+json'

/** A problem document (RFC 9457) before it is written, with its extension members. */
export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly requestId: string
  readonly errors: readonly FieldError[] | undefined
  readonly [extension: string]: unknown
}

export interface ErrorBodyOptions {
  /**
   * Makes an ApiError that the operation does not document an internal error, and checks the bodies of
   * errors: for development and tests.
   */
  readonly strict: boolean
  /**
   * Returns the body of an ApiError where the operation declares another than a problem document for its
   * status, its range or `default`. That schema writes it. Undefined stands for a problem document.
   */
  readonly errorBody?: (problem: ProblemDocument, operationId: string) => unknown
  readonly serializers?: SerializerTable<string>
  readonly validators?: ValidatorTable
}

/**
 * Returns what the operation declares for the status of an error, written by its schema; undefined where
 * it declares nothing, or a format for which `errorBody` returns nothing.
 * @param extensions the members of the problem beside the common ones.
 * @throws ContractViolation for a body that does not fit the schema.
 */
export function declaredBody(
  operation: Operation,
  problem: ProblemDocument,
  { serializers, validators, errorBody, strict }: ErrorBodyOptions,
  extensions: Readonly<Record<string, unknown>> = {},
): { type: string; body: string } | undefined {
  const { operationId: id, responses } = operation
  const key = responseKey(operation, problem.status)
  const type = key === undefined ? undefined : responses[key]?.type
  const write = key === undefined ? undefined : serializers?.[id]?.[key]
  if (key === undefined || !type || write === undefined) return undefined
  const value = type === problemType ? problem : errorBody?.(problem, id)
  if (value === undefined) return undefined
  const name = `${id} ${problem.status}: the body of the error`
  const body = written(value, write, name)
  if (strict) {
    const members = type === problemType ? Object.keys(extensions) : []
    check(JSON.parse(body), members, validators?.[id]?.responses[key], name)
  }
  return { type, body }
}

function written(value: unknown, write: Serializer, name: string): string {
  try {
    return write(value)
  } catch (error) {
    throw new ContractViolation(`${name} does not fit its schema`, { cause: error })
  }
}

function check(
  body: object,
  members: readonly string[],
  validate: Validator | undefined,
  name: string,
) {
  const lost = members.filter((it) => !(it in body))
  if (lost.length > 0)
    throw new ContractViolation(`${name} has ${lost.join(', ')}, which its schema does not declare`)
  if (validate === undefined || validate(body)) return
  const found = validate.errors?.map((it) => `${it.instancePath} ${it.message}`).join('; ')
  throw new ContractViolation(`${name} breaks the contract: ${found}`)
}
