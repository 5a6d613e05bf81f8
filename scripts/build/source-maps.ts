// Finds the sources of places in a build by its source maps.
import { readdirSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { dirname, join } from 'node:path'

export interface Place {
  /** Relative to the root of the repository. */
  readonly file: string
  readonly line: number
  readonly column: number
}

/**
 * Returns a function that finds the source of a place, counted from 1, in the build in `folder`. The build may
 * have run elsewhere: its files are recognized by the end of their paths.
 */
export function sourceFinder(folder: string) {
  const built = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((it) => it.endsWith('.js.map'))
    .map((it) => it.slice(0, -'.map'.length))
    // The longest first: `node_modules/bee-queue/index.js` before `index.js`.
    .sort((one, other) => other.length - one.length)
  const maps = new Map<string, SourceMap>()

  const mapOf = (file: string) => {
    const known = maps.get(file)
    if (known !== undefined) return known
    const map = new SourceMap(JSON.parse(readFileSync(join(folder, `${file}.map`), 'utf8')))
    maps.set(file, map)
    return map
  }

  return ({ file: path, line, column }: Place): Place | undefined => {
    const file = built.find((it) => path === it || path.endsWith(`/${it}`))
    if (file === undefined) return undefined
    const origin = mapOf(file).findOrigin(line, column)
    if (!('fileName' in origin)) return undefined
    const source = join(dirname(file), origin.fileName).replace(/^(\.\.\/)+/, '')
    return { file: source, line: origin.lineNumber, column: origin.columnNumber }
  }
}
