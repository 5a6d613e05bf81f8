// A way to a server that a test can block: what is connected stays so, and nothing is answered any
// more. The worst a network does.
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Opens one to a port of this machine, for the length of the test. */
export async function openTunnel(port: number, to: number) {
  const sockets = new Set<Socket>()
  let isBlocked = false
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1')
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (data) => into.write(data))
      from.on('error', () => into.destroy())
      from.on('close', () => into.destroy())
      if (isBlocked) from.pause()
    }
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    /** What is connected now, or from now on, hangs. */
    block() {
      isBlocked = true
      for (const socket of sockets) socket.pause()
    },
    /** Lets new connections through; those that hang go on hanging. */
    unblock() {
      isBlocked = false
    },
  }
}
