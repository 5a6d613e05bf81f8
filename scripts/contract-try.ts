// `npm run contract:try -- <file>…`: takes contracts through the engine, with a stub for each operation, and
// prints what it supports of them, what it refuses, and where.
import { basename, resolve } from 'node:path'
import { type Report, tryContract } from './contract/try/try.ts'

const files = process.argv.slice(2)
if (files.length === 0) {
  console.error('npm run contract:try -- openapi.yaml')
  process.exit(2)
}
for (const file of files) {
  try {
    // npm runs the script in the folder of this repository.
    const report = await tryContract(resolve(process.env.INIT_CWD ?? '', file))
    print(basename(file), report)
    if (report.failures.length > 0) process.exitCode = 1
  } catch (error) {
    console.log(`${basename(file)}: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  }
}

function print(name: string, report: Report) {
  const { operations, leftOut, refused, warnings, failures, seconds } = report
  const failed = new Set(failures.map((it) => it.split(': ')[0]))
  const isBroken = failed.delete('the contract')
  const served = isBroken ? 0 : operations - leftOut.length - failed.size
  for (const line of refused) console.log(`refused ${line}`)
  for (const line of warnings) console.log(`warning ${line}`)
  for (const line of leftOut) console.log(`left out ${line}`)
  for (const line of failures) console.log(`FAILED ${line}`)
  const rules = new Map<string, number>()
  for (const line of refused) {
    const rule = line.slice(line.lastIndexOf('(') + 1, -1)
    rules.set(rule, (rules.get(rule) ?? 0) + 1)
  }
  const counts = [...rules].sort((a, b) => b[1] - a[1]).map(([rule, count]) => `${rule} ${count}`)
  const times = Object.entries(seconds).map(([phase, it]) => `${phase} ${it.toFixed(1)} s`)
  console.log(
    [
      `${name}: ${operations} operations`,
      `${served} served`,
      `${leftOut.length} left out for ${refused.length} constructs${counts.length > 0 ? ` (${counts.join(', ')})` : ''}`,
      isBroken ? 'the whole contract failed' : `${failed.size} failed`,
      times.join(', '),
    ].join('; '),
  )
}
