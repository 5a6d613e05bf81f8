// Tasks: work that outlives a request, and how its owner follows it.

import { apiError, type Handlers, urlFor } from '../../contract.ts'
import { ownTask } from './presenter.ts'
import type { CancelTask, RetryTask, SubmitTask, TaskRepository } from './repository.ts'

interface Dependencies {
  readonly tasks: TaskRepository
  readonly submitTask: SubmitTask
  readonly cancelTask: CancelTask
  readonly retryTask: RetryTask
}

type TaskOperations = Pick<
  Handlers,
  'createTask' | 'getTask' | 'listTasks' | 'cancelTask' | 'retryTask'
>

const noSuchTask = () => apiError('not_found', 'There is no such task.')

export function taskHandlers(dependencies: Dependencies): TaskOperations {
  const { tasks, submitTask, cancelTask, retryTask } = dependencies
  return {
    async createTask({ principal, body }, { transaction }) {
      const task = await submitTask(principal.id, body, transaction)
      const headers = { Location: urlFor('getTask', { taskId: task.id }) }
      return { status: 202, body: ownTask(task), headers }
    },

    async getTask({ principal, params }) {
      const task = await tasks.find(principal.id, params.taskId)
      if (task === undefined) throw noSuchTask()
      return { status: 200, body: ownTask(task) }
    },

    async listTasks({ principal, query }) {
      const { items, nextCursor } = await tasks.page(principal.id, query)
      return { status: 200, body: { items: items.map(ownTask), nextCursor } }
    },

    async cancelTask({ principal, params }) {
      const task = await cancelTask(principal.id, params.taskId)
      if (task === undefined) throw noSuchTask()
      return { status: 200, body: ownTask(task) }
    },

    async retryTask({ params }) {
      const task = await retryTask(params.taskId)
      if (task === undefined) throw noSuchTask()
      return { status: 200, body: ownTask(task) }
    },
  }
}
