// Recurring jobs. Every worker looks at the clock, and the row of a schedule decides who enqueues: the
// one that moves it on to a tick, in the same transaction. A tick that passed while no worker ran is
// made up for once, however many there were.
import { Cron } from 'croner'
import type { Database } from '../db/connection.ts'
import { createWake, type Loop, startLoop } from '../lib/async.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { JobName, Jobs } from './jobs.ts'
import { enqueue } from './outbox.ts'

interface Options {
  readonly db: Database
  readonly jobs: Jobs
  readonly clock: Clock
  readonly log: Logger
}

interface Schedule {
  readonly job: JobName
  readonly cron: Cron
  /** The last tick that this process knows to be enqueued, by whomever. */
  seen: number
}

const lookMs = 1000

/**
 * Begins to look at the clock. Expressions are in UTC.
 * @throws Error for an expression that is none.
 */
export function startSchedules({ db, jobs, clock, log }: Options): Loop {
  const schedules = schedulesOf(jobs)
  let isRegistered = false

  /** A schedule begins with the first tick after a worker first knew of it. */
  async function register() {
    if (isRegistered || schedules.length === 0) return
    const rows = schedules.map(({ job }) => ({ job, last_tick: clock() }))
    await db('schedules').insert(rows).onConflict('job').ignore()
    isRegistered = true
  }

  async function look() {
    await register()
    for (const schedule of schedules) {
      const [tick] = schedule.cron.previousRuns(1, new Date(clock().getTime() + 1))
      if (tick === undefined || tick.getTime() <= schedule.seen) continue
      const isOurs = await enqueueTick(db, schedule.job, tick)
      if (isOurs) log.info({ job: schedule.job, tick }, 'a recurring job was enqueued')
      schedule.seen = tick.getTime()
    }
    return lookMs
  }

  return startLoop({
    work: look,
    wake: createWake(),
    outageMs: lookMs,
    log,
    messages: {
      outage: 'recurring jobs wait: database out of reach',
      recovery: 'recurring jobs are enqueued again',
    },
  })
}

function schedulesOf(jobs: Jobs): Schedule[] {
  return (Object.keys(jobs) as JobName[]).flatMap((job) => {
    const { schedule } = jobs[job]
    if (schedule === undefined) return []
    return [{ job, cron: new Cron(schedule, { timezone: 'UTC' }), seen: 0 }]
  })
}

/** Moves a schedule on to a tick and enqueues its job. @returns false where somebody else has. */
async function enqueueTick(db: Database, job: JobName, tick: Date): Promise<boolean> {
  return db.transaction(async (trx) => {
    const moved = await trx('schedules')
      .where({ job })
      .where('last_tick', '<', tick)
      .update({ last_tick: tick })
    if (moved > 0) await enqueue(trx, job, {} as never)
    return moved > 0
  })
}
