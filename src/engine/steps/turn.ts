// A request's turn at the database.

import type { Turns } from '../../db/pool.ts'
import type { RequestContext } from '../context.ts'
import { unavailable } from '../errors.ts'

/**
 * Waits while the database has no free connection; undefined if there is nothing to wait for.
 * @throws ApiError unavailable when the client has gone: nothing is done for it.
 */
export function turnOf(
  context: RequestContext,
  turns: Turns | undefined,
): Promise<void> | undefined {
  if (context.isGone) throw unavailable('The client has gone.')
  return turns?.isBusy() ? turns.wait(() => context.isGone) : undefined
}
