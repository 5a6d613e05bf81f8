// Recurring jobs. Each worker checks the clock. The one that moves the row of a schedule to the next tick
// enqueues the job in the same transaction, so each tick gives one job. Ticks that passed while no worker ran
// give one job together.
import { Cron } from 'croner'
import type { Database } from '../db/connection.ts'
import { type Loop, startLoop } from '../lib/async.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { JobName, Jobs } from './jobs.ts'
import { enqueue } from './outbox.ts'

interface SchedulerOptions {
  readonly db: Database
  readonly jobs: Jobs
  readonly clock: Clock
  readonly log: Logger
  /** How often the clock is checked, in milliseconds; 1000 by default. */
  readonly checkMs?: number | undefined
}

interface Schedule {
  readonly job: JobName
  readonly cron: Cron
  /** The last tick that this process knows to be enqueued. */
  seen: number
}

/**
 * Starts the scheduler. Cron expressions are in UTC.
 * @throws Error for an invalid expression.
 */
export function startScheduler(options: SchedulerOptions): Loop {
  const { db, jobs, clock, log, checkMs = 1000 } = options
  const schedules = schedulesOf(jobs)
  let isRegistered = false

  /** Adds the rows of new schedules, which start with their next tick. */
  async function register() {
    if (isRegistered || schedules.length === 0) return
    const rows = schedules.map(({ job }) => ({ job, last_tick: clock() }))
    await db('schedules').insert(rows).onConflict('job').ignore()
    isRegistered = true
  }

  async function enqueueDue() {
    await register()
    for (const schedule of schedules) {
      const [tick] = schedule.cron.previousRuns(1, new Date(clock().getTime() + 1))
      if (tick === undefined || tick.getTime() <= schedule.seen) continue
      const isEnqueued = await enqueueTick(db, schedule.job, tick)
      if (isEnqueued) log.info({ job: schedule.job, tick }, 'enqueued a recurring job')
      schedule.seen = tick.getTime()
    }
    return checkMs
  }

  return startLoop({
    work: enqueueDue,
    outageMs: checkMs,
    log,
    messages: {
      outage: 'cannot enqueue recurring jobs: the database is unavailable',
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

/** Moves a schedule to a tick and enqueues its job. Returns false if another worker already has. */
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
