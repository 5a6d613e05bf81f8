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

/** Prints what a part writes, line by line, until it closes its end. */
export function sayAll(name: string, stream: Readable): void {
  createInterface({ input: stream }).on('line', (line) => say(name, readable(line)))
}
