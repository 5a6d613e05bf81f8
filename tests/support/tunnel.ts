// A TCP tunnel to a server that a test can break as networks and proxies do.
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Opens a tunnel to a port of this machine. It closes with the test. */
export async function openTunnel(port: number, to: number) {
  const sockets = new Set<Socket>()
  let mode: 'open' | 'blocked' | 'closing' = 'open'
  let trigger: { text: string; isForwarded: boolean; then: () => void } | undefined

  function block() {
    mode = 'blocked'
    for (const socket of sockets) socket.pause()
  }

  let silencing: string | undefined
  let delayMs = 0

  /** Silences both directions of a connection. Returns whether that was done. */
  function isSilenced(data: Buffer, ...ends: readonly Socket[]): boolean {
    if (silencing === undefined || !data.includes(silencing)) return false
    silencing = undefined
    for (const end of ends) end.pause()
    return true
  }

  let holding: { text: string; then: (deliver: () => void) => void } | undefined
  const held = new Set<Socket>()

  /** Holds everything that a connection sends from this text on. Returns whether it does. */
  function isHeld(data: Buffer, near: Socket, far: Socket): boolean {
    if (holding === undefined || !data.includes(holding.text)) return false
    const { then } = holding
    holding = undefined
    near.pause()
    held.add(near)
    then(() => far.write(data))
    return true
  }

  /** Runs a trigger that the data contain. Returns whether the data are dropped. */
  function isStopped(data: Buffer): boolean {
    if (trigger === undefined || !data.includes(trigger.text)) return false
    const { isForwarded, then } = trigger
    trigger = undefined
    block()
    then()
    return !isForwarded
  }

  const server = createServer((near) => {
    if (mode === 'closing') return near.destroy()
    const far = connect(to, '127.0.0.1')
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (data) => {
        if (from === near && (isStopped(data) || isSilenced(data, near, far))) return
        if (from === near && isHeld(data, near, far)) return
        if (delayMs === 0 || from === near) into.write(data)
        else setTimeout(() => into.write(data), delayMs)
      })
      from.on('error', () => into.destroy())
      from.on('close', () => {
        sockets.delete(from)
        if (!held.has(from)) into.destroy()
      })
      if (mode === 'blocked') from.pause()
    }
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    /** Accepts connections and never answers, on existing ones and on new ones. */
    block,

    /** Lets new connections through; silent ones stay silent. */
    unblock() {
      mode = 'open'
    },

    /** Delays everything that the server sends from now on. */
    delay(ms: number) {
      delayMs = ms
    },

    /** Silences the existing connections; new ones work. */
    drop() {
      block()
      mode = 'open'
    },

    /** Silences the first connection on which a client sends this text, which does not arrive. */
    silenceAt(text: string) {
      silencing = text
    },

    /**
     * Holds what the first client that sends this text sends from there on. The server does not see the end
     * of that connection. Resolves to a function that delivers the text.
     */
    holdAt(text: string): Promise<() => void> {
      return new Promise((then) => {
        holding = { text, then }
      })
    },

    /** Closes the existing connections and every new one. */
    refuse() {
      mode = 'closing'
      for (const socket of sockets) socket.destroy()
    },

    /** Resolves when a client sends this text, and blocks then. @param isForwarded whether the text arrives */
    blockAt(text: string, { isForwarded }: { isForwarded: boolean }): Promise<void> {
      return new Promise((then) => {
        trigger = { text, isForwarded, then }
      })
    },
  }
}
