// The kinds of task that the worker runs.
import { greet } from './greet.ts'
import type { TaskKinds } from './jobs.ts'

export const taskKinds: TaskKinds = { greet }
