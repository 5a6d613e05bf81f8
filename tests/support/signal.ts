// Signals to processes that a test has started.

/**
 * Sends a signal to one process; 0 only checks whether it exists.
 * @throws Error where there is no pid: the system would take 0 for the whole group, this test included.
 */
export function sendSignal(pid: number | undefined, signal: NodeJS.Signals | 0): void {
  process.kill(existing(pid), signal)
}

/** Sends a signal to a process that was started `detached`, and to its children. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  process.kill(-existing(pid), signal)
}

function existing(pid: number | undefined): number {
  if (!pid || pid < 0) throw new Error('there is no process to send a signal to')
  return pid
}
