// What a response sends one after the other: the data of events, and lines of JSON.
import { ContractViolation } from './errors.ts'
import type { Operation, OperationValidators, Serializer, Validator } from './operation.ts'

/** Returns the text of an item. @throws ContractViolation where a validator finds that it breaks its schema. */
export function itemText(
  item: unknown,
  write: Serializer,
  validate: Validator | undefined,
): string {
  const text = write(item)
  if (validate === undefined || validate(JSON.parse(text))) return text
  const found = validate.errors?.map((it) => `${it.instancePath} ${it.message}`).join('; ')
  throw new ContractViolation(`an item of a response breaks the contract: ${found}`)
}

/** Yields the lines of a response in JSON lines. @throws ContractViolation for a body that has no items. */
export async function* linesOf(items: unknown, write: Serializer): AsyncGenerator<string> {
  const isIterable = typeof items === 'object' && items !== null && Symbol.asyncIterator in items
  if (!isIterable) throw new ContractViolation('a body of JSON lines must be an async iterable')
  for await (const it of items as AsyncIterable<unknown>) yield `${write(it)}\n`
}

type Serializers = Readonly<Record<string, Serializer>>

/** Returns the serializers of an operation; those of JSON lines check each line. */
export function checkedLines(
  { responses }: Operation,
  serializers: Serializers,
  validators: OperationValidators | undefined,
): Serializers {
  const keys = Object.entries(responses).flatMap(([key, { isRaw, types }]) => {
    const raw = Object.values(types ?? {}).filter((it) => it.isRaw)
    return types === undefined && isRaw ? [key] : raw.map((it) => it.key)
  })
  const checked = keys.flatMap((key) => {
    const write = serializers[key]
    const validate = validators?.responses[key]
    if (write === undefined) return []
    return [[key, (item: unknown) => itemText(item, write, validate)] as const]
  })
  return { ...serializers, ...Object.fromEntries(checked) }
}
