// Forms: texts by name, which become values by the schema of each field.
import type { RequestContext } from '../context.ts'
import { pointer } from '../errors.ts'
import { parseJsonText } from '../json.ts'
import type { FormOutline, ParameterTable } from '../operation.ts'
import { decode, parsePairs, typed, type Values } from './parameters.ts'
import { shapedQuery } from './styles.ts'

const none: ParameterTable = {}

/**
 * Creates the function that reads a form. It adds a field error for what is no JSON or comes twice.
 * @param maxDepth how deep JSON in a field may be nested.
 */
export function formReader(outline: FormOutline, maxDepth: number) {
  const { fields = none } = outline
  const shaped = shapedQuery(fields, (text) => decode(text, 'body'))
  return (text: string, context: RequestContext) => {
    const { values, errors } = parsePairs(text, fields, 'body', shaped)
    context.addFieldErrors(errors)
    finish(outline, values, maxDepth, context)
    return values
  }
}

/** Creates what collects fields whose texts are not percent-encoded, one after the other. */
export function fieldCollector(outline: FormOutline, maxDepth: number) {
  const { fields = none } = outline
  const shaped = shapedQuery(fields, (text) => text)
  return {
    /** Adds the text of a field; returns false where it has come before. */
    add(values: Values, name: string, text: string): boolean {
      const add = shaped?.(name)
      if (add !== undefined) return add(values, text, name)
      if (name in values) return false
      values[name] = typed(text, Object.hasOwn(fields, name) ? fields[name] : undefined)
      return true
    },
    /** Completes the values when all fields have come. */
    finish: (values: Values, context: RequestContext) => finish(outline, values, maxDepth, context),
  }
}

function finish(
  { json = [], skipsEmpty = [] }: FormOutline,
  values: Values,
  maxDepth: number,
  context: RequestContext,
) {
  // RFC 6749, section 3.2, and every HTML form: an empty field means that it was left out.
  for (const name of skipsEmpty) if (values[name] === '') delete values[name]
  for (const name of json) {
    if (!(name in values)) continue
    const at = pointer('/body', name)
    const parse = (it: unknown, place: string) =>
      parseJsonText(String(it), place, maxDepth, context)
    const value = values[name]
    values[name] = Array.isArray(value)
      ? value.map((it, index) => parse(it, pointer(at, `${index}`)))
      : parse(value, at)
  }
}
