// The terminal output of the launcher: each line with the name of its part, and the parts' JSON logs in
// readable form. Only this file writes to the terminal.
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import pretty from 'pino-pretty'

const width = 8
const readable = pretty.prettyFactory({
  colorize: process.stdout.isTTY === true,
  ignore: 'pid,hostname,part',
  translateTime: 'SYS:HH:MM:ss',
  singleLine: true,
})

// A closed terminal must not end the launcher before it has stopped everything.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

/** Prints text of one or more lines with the name of its part. */
export function say(name: string, text: string): void {
  const lines = text.trimEnd().split('\n')
  process.stdout.write(lines.map((line) => `${name.padEnd(width)} ${line}\n`).join(''))
}

/** Calls `take` with each line that a part writes, in readable form. */
export function readLines(stream: Readable, take: (line: string) => void): void {
  createInterface({ input: stream }).on('line', (line) => take(readable(line).trimEnd()))
}

/**
 * Prints the output of a part that is started again and again. Output that repeats the previous run's is
 * left out, so that a part that cannot start is quoted once.
 */
export function showRuns(name: string) {
  const kept = 200
  let before: string[] = []
  let lines: string[] = []
  let shown = 0

  const repeats = () => shown === 0 && lines.every((line, index) => line === before[index])
  const show = () => {
    for (const line of lines.slice(shown)) say(name, line)
    shown = lines.length
  }
  return {
    line(line: string): void {
      if (shown >= kept) say(name, line)
      else {
        lines.push(line)
        if (!repeats()) show()
      }
    },
    ended(): void {
      if (lines.length < before.length) show()
      before = lines
      lines = []
      shown = 0
    },
  }
}
