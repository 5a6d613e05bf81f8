// The HTTP process: config, compose, listen, drain.
import { systemClock } from './clock.ts'
import { composeApi } from './compose.ts'
import { createHttpServer } from './http/server.ts'
import { createLogger } from './log.ts'
import { configOrExit, stopOnSignals } from './process.ts'

const config = configOrExit()
const { host, port } = config.http
const log = createLogger({ level: config.log.level, part: 'api' })
const { app, close } = composeApi({ config, log, clock: systemClock })
const server = createHttpServer(app)

server.once('error', (error: NodeJS.ErrnoException) => {
  const taken = error.code === 'EADDRINUSE'
  log.fatal(
    { err: error },
    taken ? `port ${port} is taken: set PORT to a free one` : 'cannot listen',
  )
  process.exit(1)
})
server.listen(port, host, () => log.info({ host, port }, 'listening'))

stopOnSignals(log, config.drainSeconds, async () => {
  await new Promise((resolve) => server.close(resolve))
  await close()
})
