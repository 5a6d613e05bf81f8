// `npm run symbolicate [-- --build=<folder>] < app.log`: prints log lines or stacks of a build with the places
// of the sources. The build has to be of the version that wrote them.
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { sourceFinder } from './source-maps.ts'

const { values } = parseArgs({ options: { build: { type: 'string', default: 'dist' } } })
if (!existsSync(values.build)) {
  console.error(`There is no build in ${values.build}: run npm run build first`)
  process.exit(1)
}
const findSource = sourceFinder(values.build)
/** Files of another build. */
const missing = new Set<string>()

for await (const line of createInterface(process.stdin)) {
  for (const text of textsOf(line)) console.log(text.replace(placePattern(), located))
}
if (missing.size > 0) {
  const files = [...missing].join(', ')
  console.error(`${values.build} has no ${files}: build the version that wrote the log`)
  process.exitCode = 1
}

/** Matches a file of a build, its line and its column. */
function placePattern() {
  return /(?:file:\/\/)?(\/[^\s():]+\.js):(\d+):(\d+)/g
}

function located(all: string, file: string, line: string, column: string): string {
  const found = findSource({ file, line: Number(line), column: Number(column) })
  if (found !== undefined) return `${found.file}:${found.line}:${found.column}`
  const [chunk] = /chunks\/[\w.-]+\.js$/.exec(file) ?? []
  if (chunk !== undefined) missing.add(chunk)
  return all
}

interface LoggedError {
  readonly type?: string
  readonly message?: string
  readonly stack?: string
  readonly cause?: LoggedError
}

/** Returns the stacks of a log line with the line's message, or the line as it is. */
function textsOf(line: string): string[] {
  if (!line.startsWith('{')) return [line]
  try {
    const { time = '', level = '', msg = '', err } = JSON.parse(line)
    return err === undefined ? [] : [`${time} ${level} ${msg}`.trim(), ...stacksOf(err)]
  } catch {
    return [line]
  }
}

function stacksOf({ type, message, stack = '', cause }: LoggedError): string[] {
  const own = [`${type}: ${message}`, stack].filter((it) => it !== '')
  return cause === undefined ? own : [...own, ...stacksOf(cause)]
}
