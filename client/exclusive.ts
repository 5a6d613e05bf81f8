// One refresh at a time: pages of one origin share a cookie, and a refresh replaces what is in it.

interface LockManager {
  request<T>(name: string, options: { signal: AbortSignal }, task: () => Promise<T>): Promise<T>
}

/** What a page has. A server may lack both; `locks` is missing where the page came over plain http. */
interface Globals {
  readonly location?: unknown
  readonly navigator?: { readonly locks?: LockManager }
}

/**
 * How long a task waits for the one before it, and a refresh for its answer, in milliseconds: half of the
 * time for which the service accepts a refresh token again.
 */
export const patience = 5000

export interface Scope {
  /** Tells the tasks apart that must not run at once; pages of one origin share it. */
  readonly name: string
  /** Takes the place of the name outside of a page: a server has clients of many users. */
  readonly owner: object
}

/**
 * Runs a task when no other one of its scope runs, in this page or in another tab. After five seconds
 * it runs anyway: a tab that hangs would stop all others, and the service accepts a repeated token.
 */
export async function exclusively<T>(scope: Scope, task: () => Promise<T>): Promise<T> {
  const { location, navigator } = globalThis as Globals
  if (location === undefined) return inTurn(scope.owner, task)
  const locks = navigator?.locks
  if (locks === undefined) return inTurn(scope.name, task)
  let hasStarted = false
  const start = () => {
    hasStarted = true
    return task()
  }
  try {
    return await locks.request(scope.name, { signal: AbortSignal.timeout(patience) }, start)
  } catch (error) {
    if (hasStarted) throw error
    // The lock came too late, or this browser grants this page none.
    return start()
  }
}

const last = new Map<unknown, Promise<void>>()

/** Runs a task after the ones that this module has started before it for the same key. */
async function inTurn<T>(key: unknown, task: () => Promise<T>): Promise<T> {
  const before = last.get(key)
  const mine = before === undefined ? task() : settled(before).then(task)
  const over = mine.then(
    () => {},
    () => {},
  )
  last.set(key, over)
  try {
    return await mine
  } finally {
    if (last.get(key) === over) last.delete(key)
  }
}

/** Resolves with the promise, or when patience ends. */
function settled(promise: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patience)
    promise.then(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
