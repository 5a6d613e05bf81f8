// A request's turn at the database.

import type { Turns } from '../../db/turns.ts'
import type { Exchange } from '../context.ts'
import { unavailable } from '../errors.ts'

/**
 * Waits while the database has no free connection; undefined if there is nothing to wait for.
 * @throws Refusal unavailable when the client has gone: nothing is done for it.
 */
export function turnOf(exchange: Exchange, turns: Turns | undefined): Promise<void> | undefined {
  if (exchange.isGone) throw unavailable('The client has gone.')
  return turns?.isBusy() ? turns.wait(() => exchange.isGone) : undefined
}
