// The figures as a picture for the docs: one group of bars for each workload, as shares of the floor.
// Written by hand: a few rectangles need no library. It is read on a light page and on a dark one.
import { baselines } from './contestants.ts'
import type { Figures } from './report.ts'

const width = 760
const labels = 190
const values = 60
const bar = 13
const gap = 18
const top = 40
const grey = '#8a8f98'
/** Told apart without colours as well: the order of the bars is that of the legend. */
const colours = ['#2f6fde', '#e08a1e', '#3d9970', '#b5485d', '#8659b5', grey]

/** An SVG document of all contestants but the floor, which is the line at 1. */
export function chart(figures: readonly Figures[]): string {
  const shown = figures.filter(
    (it) => it.contestant !== baselines.floor && it.contestant !== 'bytes',
  )
  const contestants = [...new Set(shown.map((it) => it.contestant))]
  const workloads = [...new Set(shown.map((it) => it.workload))]
  const most = Math.max(1, ...shown.map((it) => it.toFloor.high))
  const x = (share: number) => labels + (share / most) * (width - labels - values)
  const parts = legend(contestants)
  let y = top
  for (const workload of workloads) {
    const group = shown.filter((it) => it.workload === workload)
    const middle = y + (group.length * bar) / 2 + 4
    parts.push(text(labels - 10, middle, workload, 'end'))
    for (const it of group) {
      const colour = colours[contestants.indexOf(it.contestant)] ?? grey
      parts.push(...barOf(it, { x, y, colour }))
      y += bar
    }
    y += gap
  }
  parts.push(
    `<line x1="${at(x(1))}" x2="${at(x(1))}" y1="${top - 6}" y2="${y - gap + 6}" stroke="${grey}" stroke-dasharray="3 3"/>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" font-family="system-ui, sans-serif" font-size="12" role="img">`,
    '<title>Requests per second of each server, as a share of the fair floor</title>',
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

interface Place {
  readonly x: (share: number) => number
  readonly y: number
  readonly colour: string
}

/** The median as a bar, the quartiles as a line over its end, the value beside it. */
function barOf({ toFloor }: Figures, { x, y, colour }: Place): string[] {
  const { median, low, high } = toFloor
  const middle = y + bar / 2 - 1
  return [
    `<rect x="${labels}" y="${y}" width="${at(x(median) - labels)}" height="${bar - 2}" fill="${colour}"/>`,
    `<line x1="${at(x(low))}" x2="${at(x(high))}" y1="${middle}" y2="${middle}" stroke="${grey}" stroke-width="2"/>`,
    text(x(high) + 5, y + bar - 3, median.toFixed(2), 'start'),
  ]
}

function legend(contestants: readonly string[]): string[] {
  const step = width / (contestants.length + 1)
  return contestants.flatMap((name, index) => {
    const left = at(index * step + 4)
    const square = `<rect x="${left}" y="8" width="10" height="10" fill="${colours[index] ?? grey}"/>`
    return [square, text(index * step + 19, 17, name, 'start')]
  })
}

function text(left: number, y: number, words: string, anchor: 'start' | 'end'): string {
  return `<text x="${at(left)}" y="${at(y)}" text-anchor="${anchor}" fill="${grey}">${words}</text>`
}

const at = (value: number) => value.toFixed(1)
