// What the launcher's terminal shows: each line with the name of the part it comes from, and the
// parts' JSON logs in a readable form. Only this file writes to the terminal.
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

/** Prints text, which may have several lines, as said by `name`. */
export function say(name: string, text: string): void {
  const lines = text.trimEnd().split('\n')
  process.stdout.write(lines.map((line) => `${name.padEnd(width)} ${line}\n`).join(''))
}

/** Hands on what a part writes, line by line in readable form, until it closes its end. */
export function readLines(stream: Readable, take: (line: string) => void): void {
  createInterface({ input: stream }).on('line', (line) => take(readable(line).trimEnd()))
}

/**
 * Shows what the lives of one part say, but for a life that says the very same as the one before:
 * a part that cannot start is quoted once and not at each attempt.
 */
export function showLives(name: string) {
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
