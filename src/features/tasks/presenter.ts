// A task as the contract shows it to its owner.
import type { Schemas } from '../../contract.ts'
import type { TaskModel } from './model.ts'

/** The row's type and payloads were validated by the contract when they were written. */
export function ownTask(task: TaskModel): Schemas['Task'] {
  const { id, type, input, status, progress, attempts, result, problem } = task
  return {
    id,
    type,
    input,
    status,
    progress,
    attempts,
    ...(result && { result }),
    ...(problem && { problem }),
    createdAt: task.createdAt,
    updatedAt: task.updatedAt,
    startedAt: task.startedAt,
    finishedAt: task.finishedAt,
  } as Schemas['Task']
}
