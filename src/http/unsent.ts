// The response bodies that clients have asked for and not taken yet. They lie in memory until the
// kernel takes them, so a process has a bound for all of them together.
import { unavailable } from '../engine/errors.ts'

/** How many bytes may wait in one process; a single larger body is sent all the same. */
const maxUnsentBytes = 33_554_432

export class Unsent {
  #bytes = 0

  add(bytes: number) {
    this.#bytes += bytes
  }

  remove(bytes: number) {
    this.#bytes -= bytes
  }

  /**
   * Makes sure that a body of about this size can be sent.
   * @throws ApiError with 503 where too many bytes wait already.
   */
  expectRoom(bytes: number) {
    if (this.#bytes > 0 && this.#bytes + bytes > maxUnsentBytes) {
      throw unavailable('Too many responses wait for clients that read slowly.')
    }
  }
}
