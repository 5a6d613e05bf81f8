// A TCP balancer like kube-proxy or a network load balancer: it checks readiness, forwards each new
// connection to a ready server, and repeats no request, because it does not know what a request is.
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** The pause between two checks of readiness, in milliseconds. */
const checkInterval = 100

/** Starts a balancer for the servers on these ports. It stops with the test. */
export async function startBalancer(port: number, servers: readonly number[]) {
  const ready = new Set<number>()
  const sockets = new Set<Socket>()
  let turn = 0

  async function check(server: number) {
    const signal = AbortSignal.timeout(2000)
    const headers = { connection: 'close' }
    const response = await fetch(`http://127.0.0.1:${server}/readyz`, { signal, headers }).catch(
      () => undefined,
    )
    if (response?.ok) ready.add(server)
    else ready.delete(server)
  }
  const checkAll = () => Promise.all(servers.map(check))
  await checkAll()
  const checking = setInterval(checkAll, checkInterval)

  const listener = createServer({ noDelay: true }, (near) => {
    const choices = [...ready]
    turn += 1
    const chosen = choices[turn % choices.length]
    if (chosen === undefined) return near.destroy()
    const far = connect({ port: chosen, host: '127.0.0.1', noDelay: true })
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.pipe(into)
      from.on('error', () => into.destroy())
      from.on('close', () => sockets.delete(from) && into.destroySoon())
    }
  })
  await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => {
    clearInterval(checking)
    for (const socket of sockets) socket.destroy()
    listener.close()
  })
  return { ready: () => [...ready] }
}
