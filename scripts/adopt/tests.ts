// Writes the tests of a feature of an adopted service: one request for each operation.
import { type Compiled, literal } from '../contract/try/compile.ts'
import { type Composed, requestFor } from '../contract/try/requests.ts'
import type { Results } from '../contract/try/stubs.ts'
import { Values } from '../mock/values.ts'
import { developmentCredential } from './authenticators.ts'
import type { Feature } from './features.ts'

/** Returns the source of the tests of a feature; undefined where no operation documents a success. */
export async function featureTest(
  compiled: Compiled,
  { operations }: Feature,
  results: Results,
): Promise<string | undefined> {
  const values = new Values(compiled.document, 'request')
  const tests: string[] = []
  for (const found of operations) {
    const id = found.operation.operationId
    const [result] = results.get(id) ?? []
    if (result === undefined) continue
    const credential = () => developmentCredential
    const request = await requestFor(compiled, found, values, { credential })
    tests.push(`it('${id} answers ${result.status}', async () => {
  const answer = await service.request(${argumentsOf(compiled, request)})
  expect(answer.status, answer.text).toBe(${result.status})
})`)
  }
  if (tests.length === 0) return undefined
  return `// What these operations answer. Each request has the required parameters and the body of the contract's example.
import { expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService()

${tests.join('\n\n')}
`
}

/** Returns the arguments of a request as source. */
function argumentsOf({ basePath }: Compiled, { method, path, headers, body, given }: Composed) {
  const { 'content-type': type = '', ...others } = headers as Record<string, string>
  const isJson = /[/+]json\b/.test(type) && given.body !== undefined
  const sent = {
    ...(isJson && type !== 'application/json' ? headers : isJson ? others : headers),
  }
  const text = typeof body === 'string' ? body : body && Buffer.from(body).toString()
  const options = {
    ...(Object.keys(sent).length > 0 && { headers: sent }),
    ...(isJson ? { json: given.body } : text !== undefined && { body: text }),
  }
  const own = [JSON.stringify(method), JSON.stringify(path.slice(basePath.length))]
  return [...own, ...(Object.keys(options).length > 0 ? [literal(options)] : [])].join(', ')
}
