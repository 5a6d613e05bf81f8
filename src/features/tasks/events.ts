// Changes of tasks for those who follow them. A trigger notifies each change; one query reads all followed
// tasks that have changed, however many streams follow them.
import type { EventStream, Schemas } from '../../contract.ts'
import type { Listen } from '../../db/listener.ts'
import type { Logger } from '../../lib/log.ts'
import type { TaskModel } from './model.ts'
import { toTask } from './presenter.ts'
import type { TaskRepository } from './repository.ts'

interface Deps {
  readonly tasks: TaskRepository
  readonly listen: Listen
  readonly log: Logger
}

/** One follower of a task. */
interface Watch {
  /** Yields the task if it is newer than `seen`, and each later state until it has finished. */
  events(task: TaskModel, seen: number): EventStream<Schemas['Task']>
}

export type TaskChanges = ReturnType<typeof taskChanges>

const retryMs = 1000

export function taskChanges({ tasks, listen, log }: Deps) {
  const followed = new Map<string, Set<Follower>>()
  const changed = new Set<string>()
  let isReading = false
  const start = listen('task_changes', (id) => {
    if (id === undefined) for (const it of followed.keys()) changed.add(it)
    else if (followed.has(id)) changed.add(id)
    void readChanged()
  })

  async function readChanged() {
    if (isReading) return
    isReading = true
    while (changed.size > 0) {
      const ids = [...changed]
      changed.clear()
      try {
        const found = new Map((await tasks.findAll(ids)).map((it) => [it.id, it]))
        for (const id of ids) for (const it of followed.get(id) ?? []) it.show(found.get(id))
      } catch (error) {
        log.warn({ err: error }, 'followed tasks could not be read')
        for (const id of ids) if (followed.has(id)) changed.add(id)
        setTimeout(() => void readChanged(), retryMs).unref()
        break
      }
    }
    isReading = false
  }

  return {
    /** Follows a task until the signal aborts. */
    watch(id: string, signal: AbortSignal): Watch {
      start()
      const follower = createFollower()
      const all = followed.get(id) ?? new Set()
      followed.set(id, all.add(follower))
      const stop = () => {
        all.delete(follower)
        if (all.size === 0) followed.delete(id)
        follower.show(undefined)
      }
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
      return { events: (task, seen) => eventsOf(task, seen, follower) }
    },
  }
}

type Follower = ReturnType<typeof createFollower>

/** Keeps the latest state that its stream has not taken yet; undefined stands for a task that is gone. */
function createFollower() {
  let latest: { readonly task: TaskModel | undefined } | undefined
  let wake: () => void = () => {}
  return {
    show(task: TaskModel | undefined) {
      latest = { task }
      wake()
    },

    async next(): Promise<TaskModel | undefined> {
      if (latest === undefined) await new Promise<void>((resolve) => (wake = resolve))
      const task = latest?.task
      latest = undefined
      return task
    },
  }
}

async function* eventsOf(first: TaskModel, seen: number, follower: Follower) {
  let task: TaskModel | undefined = first
  let version = seen
  while (task !== undefined) {
    if (task.version > version) {
      version = task.version
      yield { id: String(version), data: toTask(task) }
    }
    if (task.finishedAt !== null) return
    task = await follower.next()
  }
}
