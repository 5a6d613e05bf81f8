// The difference of two texts as guides show it: without line numbers, each hunk fits one place.

interface Line {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

/** Returns the hunks that turn one text into another, separated by `@@`, with as little context as tells their places. */
export function changeOf(before: string, after: string): string {
  const lines = linesOf(before.trimEnd().split('\n'), after.trimEnd().split('\n'))
  for (let context = 1; context <= lines.length; context++) {
    const hunks = hunksOf(lines, context)
    if (haveOnePlace(before, hunks)) return hunks.map(textOf).join('@@\n')
  }
  throw new Error('the texts differ in a way that no hunks show')
}

/** Aligns two texts by their longest common subsequence of lines. */
function linesOf(before: readonly string[], after: readonly string[]): Line[] {
  const lengths = before.map(() => new Array<number>(after.length + 1).fill(0))
  lengths.push(new Array<number>(after.length + 1).fill(0))
  const lengthAt = (row: number, column: number) => lengths[row]?.[column] ?? 0
  for (let row = before.length - 1; row >= 0; row--) {
    const current = lengths[row] ?? []
    for (let column = after.length - 1; column >= 0; column--) {
      current[column] =
        before[row] === after[column]
          ? lengthAt(row + 1, column + 1) + 1
          : Math.max(lengthAt(row + 1, column), lengthAt(row, column + 1))
    }
  }
  const lines: Line[] = []
  let [row, column] = [0, 0]
  while (row < before.length || column < after.length) {
    if (row < before.length && before[row] === after[column]) {
      lines.push({ sign: ' ', text: before[row++] ?? '' })
      column++
    } else if (row < before.length && lengthAt(row + 1, column) >= lengthAt(row, column + 1)) {
      lines.push({ sign: '-', text: before[row++] ?? '' })
    } else lines.push({ sign: '+', text: after[column++] ?? '' })
  }
  return lines
}

/** Returns the changed lines with context around them; close ones share a hunk. */
function hunksOf(lines: readonly Line[], context: number): Line[][] {
  const hunks: Line[][] = []
  let last = Number.NEGATIVE_INFINITY
  for (const [index, line] of lines.entries()) {
    const around = lines.slice(Math.max(0, index - context), index + context + 1)
    if (around.every((it) => it.sign === ' ')) continue
    if (index > last + 1) hunks.push([])
    hunks.at(-1)?.push(line)
    last = index
  }
  return hunks
}

/** Tells whether each hunk, applied after those before it, has exactly one place. */
function haveOnePlace(before: string, hunks: readonly (readonly Line[])[]): boolean {
  let text = before
  return hunks.every((hunk) => {
    const side = (sign: '-' | '+') =>
      hunk
        .filter((it) => it.sign === ' ' || it.sign === sign)
        .map((it) => `${it.text}\n`)
        .join('')
    const isOnce = text.split(side('-')).length === 2
    text = text.replace(side('-'), () => side('+'))
    return isOnce
  })
}

const textOf = (hunk: readonly Line[]) =>
  hunk.map(({ sign, text }) => `${`${sign}${text}`.trimEnd()}\n`).join('')
