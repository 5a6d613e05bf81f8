// Preloaded into a server (`node --import`): profiles its CPU time for the parent process.
//   messages in: 'begin', then the path of the profile to write; the answer comes when it is written
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
// The channel must not keep the server from stopping.
process.channel?.unref()
