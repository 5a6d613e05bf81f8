// Runs one refresh at a time: pages of one origin share a cookie, and a refresh replaces its value.

interface LockManager {
  request<T>(name: string, options: { signal: AbortSignal }, action: () => Promise<T>): Promise<T>
}

/** The globals of a page. A server may lack both; a page that came over plain http has no `locks`. */
interface Globals {
  readonly location?: unknown
  readonly navigator?: { readonly locks?: LockManager }
}

/**
 * How long an action waits for the previous one, and a refresh for its response, in milliseconds: half of
 * the time in which the service accepts a used refresh token.
 */
export const patience = 5000

export interface Scope {
  /** Actions of one name must not run at once; pages of one origin share it. */
  readonly name: string
  /** Replaces the name outside of a page: a server has clients of many users. */
  readonly owner: object
}

/**
 * Runs an action when no other action of its scope runs, in this page or in another tab. After five seconds
 * it runs anyway: otherwise a tab that hangs stops all others, and the service accepts a repeated token.
 */
export async function exclusively<T>(scope: Scope, action: () => Promise<T>): Promise<T> {
  const { location, navigator } = globalThis as Globals
  if (location === undefined) return inTurn(scope.owner, action)
  const locks = navigator?.locks
  if (locks === undefined) return inTurn(scope.name, action)
  let hasStarted = false
  const start = () => {
    hasStarted = true
    return action()
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

/** Runs an action after the earlier actions of the same key. */
async function inTurn<T>(key: unknown, action: () => Promise<T>): Promise<T> {
  const before = last.get(key)
  const mine = before === undefined ? action() : settled(before).then(action)
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

/** Resolves with the promise, or after `patience`. */
function settled(promise: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patience)
    promise.then(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
