// Preloaded into a server (`node --import`): says from outside where its processor time goes.
//   a message in: 'begin', or the path to write the profile to; to the latter an answer, when it is there
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'

const session = new Session()
session.connect()

process.on('message', async (message: string) => {
  if (message === 'begin') {
    await session.post('Profiler.enable')
    await session.post('Profiler.start')
  } else {
    const { profile } = await session.post('Profiler.stop')
    writeFileSync(message, JSON.stringify(profile))
    process.send?.('written')
  }
})
// Whoever starts the server decides how long it runs.
process.channel?.unref()
