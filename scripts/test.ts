// `npm test`: everything that has to hold before a change is done, in one command. What is quick
// and needs no server comes first; with arguments, only the tests that they name are run.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { runVitest } from './infrastructure/vitest.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const bin = (name: string) => `node_modules/.bin/${name}`
const script = (name: string, ...args: string[]) => [
  process.execPath,
  '--import',
  'tsx',
  name,
  ...args,
]

/** Two lanes for two cores; within a lane one check after the other. */
const lanes: Record<string, string[]>[] = [
  {
    types: [bin('tsc')],
    'format and lint': [bin('biome'), 'ci', '--error-on-warnings'],
  },
  {
    contract: script('scripts/contract-lint.ts'),
    'generated files': script('scripts/codegen.ts', '--check'),
    floors: [bin('depcruise'), 'src', 'generated'],
    'dead code': [bin('knip')],
  },
]

/** Runs a command and keeps what it prints, to be shown when it fails. */
function run([command = '', ...args]: string[]): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => resolve({ ok: false, output: String(error) }))
    // `exit` may come before the last of the output has been read.
    child.on('close', (code) => resolve({ ok: code === 0, output }))
  })
}

async function runLane(lane: Record<string, string[]>): Promise<boolean> {
  let allOk = true
  for (const [name, command] of Object.entries(lane)) {
    const start = performance.now()
    const { ok, output } = await run(command)
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)${ok ? '' : `\n${output}`}`)
    allOk &&= ok
  }
  return allOk
}

const filters = process.argv.slice(2)
const checked = filters.length > 0 || (await Promise.all(lanes.map(runLane))).every(Boolean)
const code = await runVitest(filters)
process.exitCode = checked ? code : 1
