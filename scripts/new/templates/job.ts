// A job of the outbox, and the test that runs it in a worker.
import type { Field } from '../fields.ts'
import type { Name } from '../names.ts'
import { sampleOf } from '../samples.ts'
import { typeOf } from './model.ts'

export interface Job {
  readonly name: Name
  readonly feature: string
  /** What its payload has. */
  readonly fields: readonly Field[]
  /** When it recurs, as a cron expression. */
  readonly schedule: string | undefined
}

export function jobFile({ name, fields, schedule }: Job): string {
  const [first] = fields
  const payload = first ? name.pascal : 'Nothing'
  const types = fields.map((field) => {
    const type = field.type === 'datetime' ? 'string' : typeOf({ ...field, isOptional: false })
    return `  readonly ${field.name.camel}${field.isOptional ? '?' : ''}: ${type}\n`
  })
  const declared = first
    ? `
/** For \`enqueue(trx, '${name.camel}', …)\` of \`jobs/outbox.ts\`. */
interface ${payload} {
${types.join('')}}
`
    : ''
  return `// The job ${name.camel}, which ${schedule ? 'runs by the clock' : 'a transaction enqueues'}.
import type { Job${first ? '' : ', Nothing'} } from '../../jobs/jobs.ts'

declare module '../../jobs/jobs.ts' {
  interface JobPayloads {
    ${name.camel}: ${payload}
  }
}
${declared}
export const ${name.camel}: Job<${payload}> = {
  // The reads that its end changes.
  invalidates: [],
${schedule ? `  schedule: '${schedule}',\n` : ''}  async run(${first ? `{ ${first.name.camel} }` : '_payload'}, { log }) {
    // Runs at least once. To write exactly once, return \`async (trx) => { … }\`.
    log.info(${first ? `{ ${first.name.camel} }, ` : ''}'${name.camel} runs')
    return undefined
  },
}
`
}

/** Returns a payload as code. */
export function payloadOf({ fields }: Job): string {
  const values = fields.map((it) => [it.name.camel, sampleOf(it)])
  return JSON.stringify(Object.fromEntries(values))
}

export function jobTest(job: Job): string {
  const name = job.name.camel
  return `import { expect, it } from 'vitest'
import { enqueue } from '../../src/jobs/outbox.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService({ worker: true })

it('runs ${name} in a worker once it is enqueued', async () => {
  const payload = ${payloadOf(job)}
  await service.db.transaction((trx) => enqueue(trx, '${name}', payload))
  const jobs = () => service.db('outbox').where({ job: '${name}' })
  await until('the end of ${name}', async () => {
    const waiting = await jobs().whereNull('failed_at')
    return waiting.length === 0 || undefined
  })
  // A job that fails for good keeps its row.
  expect(await jobs()).toEqual([])
})
`
}
