// The service behind its own HTTP server, for tests of that server.
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { createApi } from '../../src/app.ts'
import { type Environment, loadConfig } from '../../src/config/config.ts'
import { createHttpServer } from '../../src/http/server.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLogger } from '../../src/lib/log.ts'

/** Listens on a free port until the test ends. */
export async function listenWith(env: Environment, sendTimeout?: number) {
  const log = createLogger({ level: 'silent', part: 'test' })
  const api = createApi({ config: loadConfig(env), log, clock: systemClock })
  const { server, drain } = createHttpServer(api.app, api.headers, {
    ...(sendTimeout !== undefined && { sendTimeout }),
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await api.close()
  })
  const { port } = server.address() as AddressInfo
  const stop = (delayMs: number) => {
    api.announceStop()
    setTimeout(api.endStreams, delayMs)
    return drain({ delayMs, patienceMs: 60_000 })
  }
  const connections = () =>
    new Promise<number>((resolve, reject) => {
      server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
    })
  return { port, url: `http://127.0.0.1:${port}`, stop, connections }
}
