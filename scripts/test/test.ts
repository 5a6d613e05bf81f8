// `npm test`: everything that has to hold before a change is done, in one command. What is quick
// and needs no server comes first; with arguments, only the tests that they name are run.
import { runQuietly, runVitest } from './commands.ts'

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

async function runLane(lane: Record<string, string[]>): Promise<boolean> {
  let allOk = true
  for (const [name, command] of Object.entries(lane)) {
    const start = performance.now()
    const { ok, output } = await runQuietly(command)
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
