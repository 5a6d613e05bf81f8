// The checks that need no server, and how they run: side by side, one for each core.
import { availableParallelism } from 'node:os'
import { runQuietly } from './commands.ts'

interface Check {
  readonly name: string
  /** What a person types to run it alone. */
  readonly alone: string
  readonly command: readonly string[]
}

const bin = (name: string, ...args: string[]) => [`node_modules/.bin/${name}`, ...args]
const script = (...args: string[]) => [process.execPath, '--import', 'tsx', ...args]

/** The longest comes first, so that the cores finish at about the same time. */
const checks: readonly Check[] = [
  { name: 'types', alone: 'npm run types', command: bin('tsc') },
  {
    name: 'generated files',
    alone: 'npm run codegen -- --check',
    command: script('scripts/codegen.ts', '--check'),
  },
  { name: 'dead code', alone: 'npx knip', command: bin('knip') },
  {
    name: 'imports',
    alone: 'npx depcruise src generated',
    command: bin('depcruise', 'src', 'generated'),
  },
  {
    name: 'contract',
    alone: 'npm run contract:lint',
    command: script('scripts/contract-lint.ts'),
  },
  {
    name: 'format and lint',
    alone: 'npx biome ci --error-on-warnings',
    command: bin('biome', 'ci', '--error-on-warnings'),
  },
  { name: 'words', alone: 'npm run spell', command: bin('cspell', 'lint', '--no-progress', '.') },
]

/** Runs all checks and prints the output of those that fail. Returns whether all of them passed. */
export async function runChecks(): Promise<boolean> {
  const waiting = [...checks]
  const failed: Check[] = []
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      if (!(await passes(check))) failed.push(check)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  if (failed.length > 0) console.log(summary(failed))
  return failed.length === 0
}

async function passes({ name, command }: Check): Promise<boolean> {
  const start = performance.now()
  const { ok, output } = await runQuietly(command)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)${ok ? '' : `\n${output}`}`)
  return ok
}

function summary(failed: readonly Check[]): string {
  const lines = failed.map(({ name, alone }) => `  ${name}: ${alone}`)
  return `${failed.length} of ${checks.length} checks failed. To run one alone:\n${lines.join('\n')}`
}
