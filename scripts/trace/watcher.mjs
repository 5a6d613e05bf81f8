// Watches the main thread of the server through Node's inspector. Each message is a command by name:
//   count     counts calls from now on
//   counted   returns the coverage since then, and sets a breakpoint in each function of src/ that ran
//   order     returns the URLs of the files in the order in which the breakpoints were first hit
import { Session } from 'node:inspector/promises'
import { parentPort, workerData } from 'node:worker_threads'

const session = new Session()
session.connectToMainThread()

/** @type {Map<string, string>} The URL of the file, by the id of the breakpoint. */
const breakpoints = new Map()
/** @type {Set<string>} */
const order = new Set()

session.on('Debugger.paused', ({ params }) => {
  for (const id of params.hitBreakpoints ?? []) order.add(breakpoints.get(id) ?? '')
  void session.post('Debugger.resume')
})

/** @type {Record<string, () => Promise<unknown>>} */
const commands = {
  async count() {
    await session.post('Profiler.enable')
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
    // Taking the coverage sets the counts to zero.
    return session.post('Profiler.takePreciseCoverage')
  },
  async counted() {
    const { result } = await session.post('Profiler.takePreciseCoverage')
    await session.post('Debugger.enable')
    for (const script of result.filter(({ url }) => url.startsWith(workerData.source))) {
      await setBreakpoints(script)
    }
    order.clear()
    return result
  },
  async order() {
    session.disconnect()
    return [...order]
  },
}

/** @param {import('node:inspector').Profiler.ScriptCoverage} script */
async function setBreakpoints({ scriptId, url, functions }) {
  const { scriptSource } = await session.post('Debugger.getScriptSource', { scriptId })
  /** @param {number} offset */
  const place = (offset) => {
    const lines = scriptSource.slice(0, offset).split('\n')
    return { scriptId, lineNumber: lines.length - 1, columnNumber: lines.at(-1)?.length ?? 0 }
  }
  const ranges = functions.flatMap((it) => it.ranges.slice(0, 1)).filter((it) => it.count > 0)
  for (const { startOffset, endOffset } of ranges) {
    /** @type {import('node:inspector').Debugger.GetPossibleBreakpointsParameterType} */
    const range = { start: place(startOffset), end: place(endOffset) }
    const { locations } = await session.post('Debugger.getPossibleBreakpoints', range)
    const [location] = locations
    if (location === undefined) continue
    const { breakpointId } = await session.post('Debugger.setBreakpoint', { location })
    breakpoints.set(breakpointId, url)
  }
}

parentPort?.on('message', async (command) => {
  parentPort?.postMessage(await commands[command]?.())
})
