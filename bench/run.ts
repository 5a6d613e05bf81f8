// `npm run bench`: measures the service beside a baseline and other ways to build it. Starts all that it
// needs, lets the contestants take turns in short slices, and prints tables. `--help` lists the options.

import { InstallError, installPackages } from '../scripts/bootstrap/install-packages.mjs'
import { takeLock } from '../scripts/bootstrap/lock.mjs'
import { compareBuilds } from './builds.ts'
import { compare } from './compare.ts'
import { OptionError, readOptions, usage } from './options.ts'
import { profile } from './profile.ts'
import { scale } from './scale.ts'
import { scaleContract } from './scale-contract.ts'
import { type Bench, setUp } from './set-up.ts'
import { transfers } from './transfers.ts'

type Options = ReturnType<typeof readOptions>

async function run(options: Options) {
  const { holder } = takeLock('.data/bench.lock', 'npm run bench')
  if (holder !== undefined) {
    console.error(
      `process ${holder.pid} runs a bench already: two at once would disturb each other`,
    )
    process.exitCode = 1
    return
  }
  const bench = await setUp()
  try {
    await measure(bench, options)
  } finally {
    await bench.stop()
  }
  if (bench.interrupted()) process.exitCode = 1
}

function measure(bench: Bench, options: Options): Promise<void> {
  const { profile: workload, with: old } = options
  if (old !== undefined) return compareBuilds(bench, old, options)
  if (workload !== undefined) return profile(bench, { ...options, profile: workload })
  if (options['scale-contract']) return scaleContract(bench, options)
  if (options.transfers) return transfers(bench, options)
  return options.scale ? scale(bench, options) : compare(bench, options)
}

/** Returns the options, or prints why they are wrong. */
function optionsOrMessage(): Options | undefined {
  try {
    return readOptions()
  } catch (error) {
    if (!(error instanceof OptionError)) throw error
    console.error(`${error.message}\n\n${usage}`)
    process.exitCode = 2
    return undefined
  }
}

const options = optionsOrMessage()
if (options?.help) console.log(usage)
else if (options) {
  try {
    await installPackages('bench')
    await run(options)
  } catch (error) {
    if (!(error instanceof InstallError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
