// What every request carries from its first step on, whether or not the contract knows it.
import type { Operation } from '../contract/operation.ts'
import type { Logger } from '../log.ts'

export interface State {
  requestId: string
  /** Without the request's own fields; an exchange adds them when a handler asks. */
  log: Logger
  operation?: Operation
  principalId?: string
}
