// The load generator as this process sees it: slices on order, measured beside the server's own time.
import { once } from 'node:events'
import { partSteps, startProcess } from '../scripts/dev/processes.ts'
import type { Contestant } from './contestants.ts'
import { processorTime } from './cores.ts'
import type { Failure, Order, Slice } from './load.ts'

/** How much longer than it was ordered to a slice may take, in milliseconds. */
const patience = 30_000

/** @throws Error where an answer is wrong or missing, or a slice does not end. */
export type Load = (order: Order) => Promise<Slice>

/** Starts it from the file that was built of `load.ts`. */
export async function startLoad(script: string): Promise<{ load: Load; stop(): Promise<void> }> {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as ['ignore', 'inherit', 'inherit', 'ipc']
  const { child, stop } = await startProcess(process.execPath, [script], { stdio }, partSteps)
  const load: Load = async (order) => {
    child.send(order)
    const signal = AbortSignal.timeout(order.seconds * 1000 + patience)
    const [answer] = (await once(child, 'message', { signal })) as [Slice | Failure]
    if ('error' in answer) throw new Error(answer.error)
    return answer
  }
  return { load, stop }
}

/** A slice, with the processor time that each request took of the server, in microseconds. */
export async function measured(
  load: Load,
  { port, pid }: Pick<Contestant, 'port' | 'pid'>,
  order: Omit<Order, 'port'>,
): Promise<Slice & { readonly processor: number }> {
  const before = processorTime(pid)
  const slice = await load({ ...order, port })
  return { ...slice, processor: (processorTime(pid) - before) / slice.requests }
}
