// `npm run new -- job sendReminder --in accounts "userId:ref(users) at:datetime?"`
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Cron } from 'croner'
import { Changes } from './changes.ts'
import { type Command, textOf } from './command.ts'
import { requireFeature } from './features.ts'
import { parseFields } from './fields.ts'
import { nameOf } from './names.ts'
import { type Job, jobFile, jobTest, payloadOf } from './templates/job.ts'
import { withElements, withImports } from './typescript.ts'

export const job: Command = {
  usage: `npm run new -- job <name> --in=<feature> ["<payload>"]
  --every="0 3 * * *"  runs it by the clock, in UTC; such a job has no payload`,
  options: { in: { type: 'string' }, every: { type: 'string' } },

  read([given = '', ...payload], values) {
    const name = nameOf(given, 'a job')
    const feature = textOf(values, 'in')
    if (feature === undefined)
      throw new Error(`--in names the feature of the job: ${name.camel} --in=accounts`)
    const schedule = textOf(values, 'every')
    if (schedule !== undefined && payload.length > 0)
      throw new Error('a job with --every has no payload: nothing enqueues it with one')
    if (schedule !== undefined) refuseWrongSchedule(schedule)
    const fields = payload.length > 0 ? parseFields(payload.join(' '), []) : []
    return (copy) => write(copy, { name, feature, fields, schedule })
  },
}

function refuseWrongSchedule(schedule: string) {
  try {
    new Cron(schedule, { timezone: 'UTC', paused: true })
  } catch (error) {
    const { message } = error as Error
    throw new Error(`--every="${schedule}" is no cron expression such as "0 3 * * *": ${message}`)
  }
}

async function write(copy: string, job: Job) {
  const { name, feature } = job
  await requireFeature(copy, feature)
  await refuseTaken(copy, name.camel)
  const changes = new Changes(copy)
  const test = `tests/jobs/${feature}-${name.kebab}.test.ts`
  await changes.create(`src/features/${feature}/${name.kebab}.ts`, jobFile(job))
  await changes.create(test, jobTest(job))
  await changes.edit('src/worker-app.ts', (text) => {
    const line = `import { ${name.camel} } from './features/${feature}/${name.kebab}.ts'`
    return withElements(withImports(text, [line]), 'featureJobs', `${name.camel},`)
  })
  await changes.edit('tests/slow/cache/invalidation.test.ts', (text) => {
    const prepared = withElements(text, 'prepared', `${name.camel}: async () => {},`)
    if (job.fields.length === 0) return prepared
    return withElements(prepared, 'payloads', `${name.camel}: ${payloadOf(job)},`)
  })
  await changes.write()
  const before =
    job.schedule === undefined
      ? [`enqueue(trx, '${name.camel}', …) in the transaction that causes it`]
      : []
  return { before, tests: [test] }
}

async function refuseTaken(copy: string, name: string) {
  const folder = join(copy, 'src')
  const files = (await readdir(folder, { recursive: true })).filter((it) => it.endsWith('.ts'))
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8')
    const [payloads = ''] = /^ *(?:export )?interface JobPayloads [^}]*/m.exec(text) ?? []
    if (new RegExp(`\\b${name}:`).test(payloads))
      throw new Error(`src/${file} declares a job ${name} already`)
  }
}
