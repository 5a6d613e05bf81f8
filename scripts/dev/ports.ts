// Ports of this machine: finds a free one, and checks ports, naming a taken one with its variable.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { listenerOf, tryPort } from '../doctor/listeners.mjs'

/** Returns a port of the loopback interface that is free at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

async function assertPortFree(port: number, variable: string): Promise<void> {
  const code = await tryPort('127.0.0.1', port)
  if (code === undefined) return
  if (code !== 'EADDRINUSE') {
    throw new Error(`${variable}: ${port} cannot be used (${code}); set ${variable} to a free port`)
  }
  const pid = listenerOf(port)
  const program = pid === undefined ? 'another program' : `another program (process ${pid})`
  throw new Error(`${variable}: ${port} is taken by ${program}; set ${variable} to a free port`)
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
