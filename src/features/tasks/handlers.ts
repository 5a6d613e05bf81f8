// Tasks: work that outlives a request, and how its owner follows it.
import type { Handlers } from '../../contract/handler.ts'
import { nextLink, urlOf } from '../../contract/urls.ts'
import { refusal } from '../../errors.ts'
import type { TaskRepository } from './repository.ts'
import { ownTask } from './represent.ts'
import type { SubmitTask } from './submit-task.ts'

interface Dependencies {
  readonly tasks: TaskRepository
  readonly submitTask: SubmitTask
}

type TaskOperations = Pick<Handlers, 'createTask' | 'getTask' | 'listTasks'>

export function taskHandlers({ tasks, submitTask }: Dependencies): TaskOperations {
  return {
    async createTask({ principal, body }) {
      const task = await submitTask(principal.id, body)
      const headers = { Location: urlOf('getTask', { taskId: task.id }) }
      return { status: 202, body: ownTask(task), headers }
    },

    async getTask({ principal, params }) {
      const task = await tasks.find(principal.id, params.taskId)
      if (task === undefined) throw refusal('not_found', 'There is no such task.')
      return { status: 200, body: ownTask(task) }
    },

    async listTasks({ principal, query }) {
      const { items, nextCursor } = await tasks.page(principal.id, query)
      const headers = nextLink('listTasks', {}, query, nextCursor)
      return { status: 200, body: { items: items.map(ownTask), nextCursor }, headers }
    },
  }
}
