// Tasks: work that outlives a request, and how its owner follows it.
import { apiError, type Handlers, type UrlFor } from '../../contract.ts'
import type { TaskChanges } from './events.ts'
import { toTask } from './presenter.ts'
import type { TaskRepository } from './repository.ts'

interface Deps {
  readonly tasks: TaskRepository
  readonly changes: TaskChanges
  readonly urlFor: UrlFor
  /** The most tasks of a user that wait for their first attempt. */
  readonly maxWaiting: number
}

type TaskHandlers = Pick<
  Handlers,
  'createTask' | 'getTask' | 'getTaskEvents' | 'listTasks' | 'cancelTask' | 'retryTask'
>

const taskNotFound = () => apiError('not_found', 'There is no such task.')

export function taskHandlers({ tasks, changes, urlFor, maxWaiting }: Deps): TaskHandlers {
  return {
    async createTask({ principal, body }, { transaction }) {
      const task = await tasks.submit(principal.id, body, { maxWaiting, on: transaction })
      const headers = { Location: urlFor('getTask', { taskId: task.id }) }
      return { status: 202, body: toTask(task), headers }
    },

    async getTask({ principal, params }) {
      const task = await tasks.find(principal.id, params.taskId)
      if (task === undefined) throw taskNotFound()
      return { status: 200, body: toTask(task) }
    },

    async getTaskEvents({ principal, params }, { lastEventId, signal }) {
      // Before the task is read, so that no change between the two is missed.
      const watch = changes.watch(params.taskId, signal)
      const task = await tasks.find(principal.id, params.taskId)
      if (task === undefined) throw taskNotFound()
      const seen = Number(lastEventId ?? 0) || 0
      if (task.finishedAt !== null && task.version <= seen) return { status: 204 }
      return { status: 200, body: watch.events(task, seen) }
    },

    async listTasks({ principal, query }) {
      const { items, nextCursor } = await tasks.page(principal.id, query)
      return { status: 200, body: { items: items.map(toTask), nextCursor } }
    },

    async cancelTask({ principal, params }) {
      const task = await tasks.cancel(principal.id, params.taskId)
      if (task === undefined) throw taskNotFound()
      return { status: 200, body: toTask(task) }
    },

    async retryTask({ params }) {
      const task = await tasks.retry(params.taskId)
      if (task === undefined) throw taskNotFound()
      return { status: 200, body: toTask(task) }
    },
  }
}
