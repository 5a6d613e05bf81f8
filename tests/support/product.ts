// A built copy of the product in a temporary folder, whose processes start as an operator starts them.
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { bundleService } from '../../scripts/build/bundle.ts'
import { freePort } from '../../scripts/dev/ports.ts'
import type { Environment } from '../../src/config/config.ts'
import { killGroup, type Process, startCommand } from './process.ts'
import { copyOfProduct } from './servers.ts'
import { until } from './until.ts'

/** Builds the product for the tests of a file. Its processes end with the test that starts them. */
export function useProduct() {
  const children: ChildProcess[] = []
  let copy: Awaited<ReturnType<typeof copyOfProduct>>

  beforeAll(async () => {
    copy = await copyOfProduct()
    await bundleService(copy.folder, join(copy.folder, 'dist'))
  })
  afterEach(() => {
    for (const child of children.splice(0)) killGroup(child)
  })
  afterAll(() => copy.remove())

  /** Runs a command in the product's folder, with only this environment. */
  function run(command: string, args: readonly string[], env: Environment): Process {
    const started = startCommand(command, args, { cwd: copy.folder, env })
    children.push(started.child)
    return started
  }

  /** Starts a server, by default with `node`, and resolves when it is ready. */
  async function startServer(env: Environment, command = [process.execPath, 'dist/server.js']) {
    const port = Number(env.PORT ?? (await freePort()))
    const [program = '', ...args] = command
    const started = run(program, args, { ...env, PORT: String(port) })
    const origin = `http://127.0.0.1:${port}`
    await until(
      'readiness of the server',
      async () => {
        const response = await fetch(`${origin}/readyz`).catch(() => undefined)
        if (started.child.exitCode !== null) throw new Error(started.printed())
        return response?.ok || undefined
      },
      60_000,
    )
    return { ...started, origin, port }
  }

  /** Returns the folder of the product. */
  const folder = () => copy.folder

  return { folder, run, startServer }
}
