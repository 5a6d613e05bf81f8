// Ports of this machine: finds a free one, and checks ports, naming a taken one with its variable.
import { connect, createServer, type Server } from 'node:net'

/** Returns a port of the loopback interface that is free at this moment. */
export async function freePort(): Promise<number> {
  const server = await listen(0)
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

async function assertPortFree(port: number, variable: string): Promise<void> {
  const taken = `${variable}: ${port} is taken by another program; set ${variable} to a free port`
  // macOS lets a second program bind 127.0.0.1 beside a listener on all interfaces or on ::1. Then
  // `localhost` would reach the other program.
  const answers = await Promise.all([accepts('127.0.0.1', port), accepts('::1', port)])
  if (answers.includes(true)) throw new Error(taken)
  try {
    const server = await listen(port)
    await new Promise((resolve) => server.close(resolve))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') throw new Error(taken)
    throw new Error(`${variable}: ${port} cannot be used (${code}); set ${variable} to a free port`)
  }
}

/**
 * Checks each port, given by the name of its variable, and that no two are the same.
 * @throws Error with one line for the user.
 */
export async function assertPortsFree(ports: Readonly<Record<string, number>>): Promise<void> {
  const variables = new Map<number, string>()
  for (const [variable, port] of Object.entries(ports)) {
    const other = variables.get(port)
    if (other) throw new Error(`${variable} and ${other} are both ${port}; set one to a free port`)
    variables.set(port, variable)
    await assertPortFree(port, variable)
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

/** Tells whether a program listens on a port. */
export function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 })
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
}
