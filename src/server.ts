// The HTTP process: config, compose, listen, drain.
import { systemClock } from './clock.ts'
import { composeApi } from './compose.ts'
import { createHttpServer } from './http/server.ts'
import { createLogger } from './log.ts'
import { configOrExit, listenOrExit, orExit, stopOnSignals } from './process.ts'

const config = configOrExit()
const { host, port } = config.http
const log = createLogger({ level: config.log.level, part: 'api' })
const { app, headers, settled, close } = orExit(() =>
  composeApi({ config, log, clock: systemClock }),
)
const server = createHttpServer(app, headers)

// Otherwise each deployment would begin with requests that find no cache yet.
await settled
listenOrExit(server, { host, port }, 'PORT', log)

stopOnSignals(log, config.drainSeconds, async () => {
  const closed = new Promise((resolve) => server.close(resolve))
  // A client that never finishes its request must not keep the process from ending in order.
  const impatience = setTimeout(() => server.closeAllConnections(), config.drainSeconds * 800)
  await closed
  clearTimeout(impatience)
  await close()
})
