// The HTTP process: config, compose, listen, drain; or, where there are to be several, the one that
// keeps them running.

import { composeApi } from './app.ts'
import { createHttpServer } from './http/server.ts'
import { systemClock } from './lib/clock.ts'
import { createLogger } from './lib/log.ts'
import {
  configOrExit,
  expectShortLives,
  isLookedAfter,
  listenOrExit,
  looksAfterOthers,
  orExit,
  runProcesses,
  stopOnSignals,
} from './lib/process.ts'

expectShortLives()
const config = configOrExit()
const log = createLogger({ level: config.log.level, part: 'api' })
const stopSeconds = config.http.drainDelaySeconds + config.drainSeconds

if (looksAfterOthers(config.http.processes)) {
  stopOnSignals(log, stopSeconds, runProcesses(config.http.processes, log))
} else {
  await serve()
}

async function serve() {
  const { host, port } = config.http
  const api = orExit(() => composeApi({ config, log, clock: systemClock }))
  const { app, headers, settled, close } = api
  const { server, drain } = createHttpServer(app, headers, {
    publicPath: config.http.publicPath,
  })

  // Otherwise each deployment would begin with requests that find no cache yet.
  await settled
  listenOrExit(server, { host, port }, 'PORT', log)

  const stop = async () => {
    api.announceStop()
    // A client that never finishes its request must not keep the process from ending in order.
    await drain({
      delayMs: config.http.drainDelaySeconds * 1000,
      patienceMs: config.drainSeconds * 800,
    })
    await close()
  }
  stopOnSignals(log, stopSeconds, stop, isLookedAfter())
}
