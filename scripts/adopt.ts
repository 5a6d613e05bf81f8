// `npm run adopt -- their-openapi.yaml --to ../their-service`: makes a service from a foreign contract: its
// files, a stub for each operation, tests that pass, and a report of what the engine does not support.
import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { adopt } from './adopt/adopt.ts'
import { swallowedFlags } from './init/swallowed-flags.mjs'

const usage = 'npm run adopt -- their-openapi.yaml --to ../their-service [--name their-service]'

try {
  const { file, to, name } = readArguments()
  const adopted = await adopt({ file, to, name })
  console.log(adopted.report)
  console.log(`${adopted.title} is in ${to}. Next:\n\n  cd ${to}\n  npm test\n  npm run dev\n`)
} catch (error) {
  console.error(`npm run adopt: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}

/** Reads the arguments. npm runs the script in the folder of this repository. @throws Error with the usage. */
function readArguments() {
  const from = process.env.INIT_CWD ?? ''
  // Without the `--`, npm takes the flags for its own.
  if (swallowedFlags(['to', 'name']).length > 0) {
    throw new Error(`npm took the flags for its own; they go after --:\n  ${usage}`)
  }
  const options = { to: { type: 'string' }, name: { type: 'string' } } as const
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  const [file, ...others] = positionals
  if (file === undefined || others.length > 0) throw new Error(`name one contract\n  ${usage}`)
  if (values.to === undefined) throw new Error(`--to names the folder of the service\n  ${usage}`)
  const to = resolve(from, values.to)
  if (basename(to) === '') throw new Error(`${to} cannot be the folder of a service`)
  return { file: resolve(from, file), to, name: values.name }
}
