// The handler of an operation.
import { nameOf, sentence } from '../names.ts'
import type { Plan } from '../plan-operation.ts'
import { spokenOf } from './operation.ts'

/** Returns the handler. It finds the resource of its path; the rest is for a person to write. */
export function handler({ name, parent, answers, returns }: Plan, example: unknown): string {
  const isFound = parent !== undefined && returns === undefined && answers !== undefined
  const lines = [
    `async ${name.camel}(${parent?.sample.parameters ?? ''}) {`,
    ...(parent ? [parent.sample.before] : []),
    isFound
      ? `// Answers the ${spokenOf(parent.schema)} as it is, until this is written.`
      : answers
        ? '// Answers the example of the contract, until this is written.'
        : '// Does nothing, until this is written.',
    isFound
      ? parent.sample.returned
      : answers
        ? `return { status: 200, body: ${JSON.stringify(example)} }`
        : 'return { status: 204 }',
    '}',
  ]
  return lines.join('\n')
}

/** Returns the first handlers of a feature. */
export function handlersFile(plan: Plan, example: unknown): string {
  return `// ${sentence(nameOf(plan.feature, 'a feature').spoken)}.
import type { Handlers } from '../../contract.ts'

export function ${setName(plan)}(): Pick<Handlers, '${plan.name.camel}'> {
  return {
    ${handler(plan, example)},
  }
}
`
}

export const setName = ({ feature }: Plan) => `${nameOf(feature, 'a feature').camel}Handlers`
