// `jobs.ts` of a resource whose deleted rows stay for some days.
import { code } from '../code.ts'
import { withArticle } from '../names.ts'
import type { Resource } from '../resource.ts'

/** Returns `jobs.ts`. */
export const jobs = ({ one, many }: Resource) => code`
// A recurring job that hard deletes ${many.spoken} some time after their deletion.
import { type Job, type Nothing, purgeJob } from '../../jobs/jobs.ts'
import type { Clock } from '../../lib/clock.ts'
import type { ${one.pascal}Repository } from './repository.ts'

declare module '../../jobs/jobs.ts' {
  interface JobPayloads {
    purge${many.pascal}: Nothing
  }
}

interface Deps {
  readonly ${many.camel}: Pick<${one.pascal}Repository, 'purge'>
  readonly clock: Clock
  /** How many days ${withArticle(`deleted ${one.spoken}`)} is kept. */
  readonly days: number
}

export function ${one.camel}Jobs({ ${many.camel}, clock, days }: Deps): { purge${many.pascal}: Job<Nothing> } {
  return { purge${many.pascal}: purgeJob(clock, days, ${many.camel}.purge) }
}
`
