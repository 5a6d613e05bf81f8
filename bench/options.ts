// Reads and checks the options before the bench starts.
import { accessSync, constants, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { processorTime } from './cores.ts'
import { workloads } from './workloads.ts'

const dataFolder = '.data'
const names = workloads([], []).map((it) => it.name)

export const usage = `npm run bench [-- <option>]
  (none)                everything, in less than a quarter of an hour
  --quick               the same with fewer and shorter slices, in less than two minutes
  --scale               the cost of each operation while the data grows to a million posts
  --scale-contract      what a contract of 250 and of 1,000 operations costs to compile and to serve
  --transfers           uploads, downloads and event streams, many at once
  --profile=<workload>  where the CPU time of a request goes, in the service and in the baseline
                        (${names.join(', ')})
  --with=<folder>       the CPU time of a request compared with another build, such as a copy of an
                        older dist/ in .data/; in less than eight minutes
  --only=<workload>     with --with: this workload alone; may be given more than once
  --out=<folder>        the folder for JSON, charts and profiles; default ${dataFolder}/bench`

/** Thrown for an option that is unknown or cannot be met. Its message is for the user. */
export class OptionError extends Error {}

/** @throws OptionError */
export function readOptions() {
  const values = parsed()
  const {
    quick,
    scale,
    'scale-contract': contract,
    transfers,
    profile,
    with: other,
    only,
    out,
    help,
  } = values
  const modes = [
    quick && !transfers && '--quick',
    scale && '--scale',
    contract && '--scale-contract',
    transfers && '--transfers',
    profile !== undefined && '--profile',
  ]
  const chosen = modes.filter((it) => it !== false)
  if (chosen.length > 1) throw new OptionError(`not together: ${chosen.join(', ')}`)
  if (profile !== undefined && !names.includes(profile)) {
    throw new OptionError(`--profile takes one of: ${names.join(', ')}`)
  }
  const unknown = only.find((it) => !names.includes(it))
  if (unknown !== undefined) throw new OptionError(`--only takes one of: ${names.join(', ')}`)
  if (only.length > 0 && other === undefined) throw new OptionError('--only needs --with')
  if (other !== undefined) {
    if (scale || contract || transfers || profile !== undefined)
      throw new OptionError(`not together: --with, ${chosen}`)
    requireBuild(other)
    if (Number.isNaN(processorTime(process.pid))) {
      throw new OptionError('--with needs Linux, which reports the CPU time of a process')
    }
  }
  if (!help) requireWritable(out)
  return values
}

function parsed() {
  try {
    return parseArgs({
      options: {
        help: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        scale: { type: 'boolean', default: false },
        'scale-contract': { type: 'boolean', default: false },
        transfers: { type: 'boolean', default: false },
        with: { type: 'string' },
        only: { type: 'string', multiple: true, default: [] },
        profile: { type: 'string' },
        out: { type: 'string', default: `${dataFolder}/bench` },
      },
    }).values
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error))
  }
}

function requireBuild(folder: string) {
  for (const file of ['server.js', 'migrate.js'].map((it) => resolve(folder, it))) {
    if (existsSync(file)) continue
    throw new OptionError(`--with takes the folder of a build: ${file} does not exist`)
  }
}

function requireWritable(folder: string) {
  mkdirSync(dataFolder, { recursive: true })
  try {
    if (!existsSync(folder)) mkdirSync(folder)
    readdirSync(folder)
    accessSync(folder, constants.W_OK)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new OptionError(`--out takes a writable folder: ${reason}`)
  }
}
