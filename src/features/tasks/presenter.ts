// Tasks as responses show them to their owners.
import type { Schemas } from '../../contract.ts'
import type { TaskModel } from './model.ts'

/** Needs a cast, since the contract has validated type and payloads when they were written. */
export function toTask(task: TaskModel): Schemas['Task'] {
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
