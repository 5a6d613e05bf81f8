// What every request carries from its first step on, whether or not the contract knows it.

import type { Unsent } from '../http/unsent.ts'
import type { Logger } from '../lib/log.ts'
import type { RequestContext } from './context.ts'
import type { ApiError } from './errors.ts'

export interface State {
  requestId: string
  /** Without the request's own fields; an context adds them when a handler asks. */
  log: Logger
  /** What every answer says beside what it is. */
  headers: Readonly<Record<string, string>>
  /** What all responses of this process together have left to send. */
  unsent: Unsent
  /** How much of it is this response's body. */
  bodyBytes: number
  /** Why this cannot be taken for a request at all. */
  unreadable: ApiError | undefined
  /** What the engine has found out so far; absent outside the contract. */
  context?: RequestContext
}
