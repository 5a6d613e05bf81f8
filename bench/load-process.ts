// Runs the load generator in a process of its own and measures the CPU time of the server.
import { once } from 'node:events'
import { partSteps, startProcess } from '../scripts/dev/processes.ts'
import type { Contestant } from './contestants.ts'
import { processorTime } from './cores.ts'
import type { Failure, Order, Slice } from './load.ts'

/** How much longer than ordered a slice may take, in milliseconds. */
const patience = 30_000

/** Runs a slice. @throws Error if an answer is wrong or missing, or the slice does not end. */
export type Load = (order: Order) => Promise<Slice>

/** Starts the load generator from the compiled `load.ts`. */
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

/** Runs a slice and returns it with the server's CPU time per request, in microseconds. */
export async function measured(
  load: Load,
  { port, pid }: Pick<Contestant, 'port' | 'pid'>,
  order: Omit<Order, 'port'>,
): Promise<Slice & { readonly processor: number }> {
  const before = processorTime(pid)
  const slice = await load({ ...order, port })
  return { ...slice, processor: (processorTime(pid) - before) / slice.requests }
}
