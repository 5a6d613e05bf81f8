// The kinds of task, derived from the contract's unions: what each is given and what it answers.
import type { Schemas } from '../../contract/handler.ts'
import type { Logger } from '../../log.ts'

export type TaskType = Schemas['TaskCreate']['type']
type TaskInput<T extends TaskType> = Extract<Schemas['TaskCreate'], { type: T }>['input']
type TaskResult<T extends TaskType> = NonNullable<Extract<Schemas['Task'], { type: T }>['result']>

interface TaskContext {
  readonly taskId: string
  readonly log: Logger
  /** Tells the task's owner how far it has come, in per cent. */
  readonly report: (progress: number) => Promise<void>
}

/** Does the work of one kind of task. It may run more than once: the same input, the same effect. */
export type TaskHandler<T extends TaskType> = (
  input: TaskInput<T>,
  context: TaskContext,
) => Promise<TaskResult<T>>

/** One handler for each kind of task in the contract, none left out. */
export type TaskHandlers = { readonly [T in TaskType]: TaskHandler<T> }
