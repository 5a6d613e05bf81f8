// The examples keep the contract, as the validators read it. Codegen asks here, so that the mock, which
// answers the examples, is never given one that its own contract does not let out.
import { type Document, eachOperation, follow, type MediaType } from './document.ts'
import { createAjv, forAjv } from './validators.ts'

/** Each example of a body that breaks its schema, and in what; the schemas themselves are sound. */
export function checkExamples(document: Document): string[] {
  const ajv = createAjv(document)
  const fieldErrorsOf = ({ schema, example, examples = {} }: MediaType): string[] => {
    const validate = ajv.compile(forAjv(schema))
    const named = example === undefined ? examples : { ...examples, example: { value: example } }
    return Object.entries(named).flatMap(([name, { value }]) => {
      // Validators fill in defaults: the example itself stays as it is.
      if (validate(structuredClone(value))) return []
      const said = validate.errors?.map((it) => `${it.instancePath} ${it.message}`.trim()) ?? []
      return [`the example ${name}: ${said.join('; ')}`]
    })
  }
  return [...eachOperation(document)].flatMap(({ operation }) => {
    const { operationId, requestBody, responses } = operation
    const holders = Object.entries({ ...(requestBody && { request: requestBody }), ...responses })
    return holders.flatMap(([place, holder]) =>
      Object.values(follow(document, holder).content ?? {})
        .flatMap(fieldErrorsOf)
        .map((it) => `${operationId} ${place}: ${it}`),
    )
  })
}
