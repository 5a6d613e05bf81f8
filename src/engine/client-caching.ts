// How long a client may use an answer without asking again: one rule for the header, the served
// document and the mock.
import type { CachePolicy } from './operation.ts'

/** Returns the seconds; 0 means that the client asks each time. */
export function secondsAtClient(cache: CachePolicy | undefined, maxAge: number): number {
  const own = cache?.maxAge ?? 0
  return own === 'default' ? maxAge : own
}
