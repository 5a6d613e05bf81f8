// `npm run mock`: runs only the mock, until Ctrl-C. When the contract changes, it runs codegen and restarts
// the mock. It reports a contract that breaks the rules, and the mock continues with the previous one.
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { contract } from '../../generated/operations.ts'
import { readEnvironment } from '../../src/config/config.ts'
import { say } from '../dev/output.ts'
import { assertPortsFree } from '../dev/ports.ts'
import { partSteps, type Running, startProcess } from '../dev/processes.ts'
import { loadDevelopmentConfig } from '../dev/settings.ts'
import { watchFiles } from '../dev/watch.ts'

const { mockPort } = loadDevelopmentConfig(readEnvironment()).development
const origin = `http://localhost:${mockPort}`
const script = (name: string) => ['--import', 'tsx', resolve('scripts', name)]

/** Resolves when the mock answers. @throws Error if it ends instead; it has printed the reason. */
async function start(): Promise<Running> {
  const running = await startProcess(
    process.execPath,
    script('mock/mock.ts'),
    { stdio: ['ignore', 'inherit', 'inherit'] },
    partSteps,
  )
  let ended: string | undefined
  running.exited.then((how) => (ended = how))
  while (!(await fetch(origin).catch(() => undefined))) {
    if (ended !== undefined) throw new Error(`the mock did not start (${ended})`)
    await sleep(50)
  }
  return running
}

/** Runs codegen, which writes nothing from a contract that breaks the rules. */
function generate(): Promise<void> {
  const child = spawn(process.execPath, script('codegen.ts'), { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  return new Promise((done) => {
    child.on('close', (code) => {
      say('codegen', code === 0 ? 'the generated files are current' : said)
      done()
    })
  })
}

async function follow(files: readonly string[]) {
  if (files.some((it) => it.startsWith('openapi/'))) await generate()
  if (!files.some((it) => it.startsWith('generated/'))) return
  await mock?.stop()
  mock = await start().catch((error: Error) => {
    say('mock', `${error.message}; the next change of the contract starts it again`)
    return undefined
  })
  if (mock) say('mock', 'answers by the new contract')
}

let mock: Running | undefined = await assertPortsFree({ MOCK_PORT: mockPort })
  .then(start)
  .catch((error: Error) => {
    console.error(`npm run mock: ${error.message}`)
    process.exit(1)
  })
const stopWatching = await watchFiles(['openapi', 'generated'], follow)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, async () => {
    await stopWatching()
    await mock?.stop()
    process.exit(0)
  })
}
say('mock', `${origin}${contract.basePath}, and the docs at ${origin}/docs; Ctrl-C stops it`)
