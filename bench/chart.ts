// The figures as a picture for the docs: one group of bars for each workload, as shares of the floor.
// Written by hand: a few rectangles need no library. It is read on a light page and on a dark one.
import { baselines } from './contestants.ts'
import type { Figures, Spread } from './report.ts'

const width = 760
const labels = 190
const values = 60
const bar = 13
const gap = 18
const top = 52
/** About how wide a letter is. */
const letter = 6.5
const grey = '#8a8f98'
const dark = '#30343b'
/** Told apart without colors as well: the order of the bars is that of the legend. */
const colors = ['#2f6fde', '#e08a1e', '#3d9970', '#b5485d', '#8659b5', grey]

/** An SVG document of all contestants but the floor, which is the line at 1. */
export function chart(figures: readonly Figures[]): string {
  const shown = figures.filter(
    (it) => it.contestant !== baselines.floor && it.contestant !== 'bytes',
  )
  const contestants = [...new Set(shown.map((it) => it.contestant))]
  const workloads = [...new Set(shown.map((it) => it.workload))]
  const most = Math.max(1, ...shown.map((it) => toFloor(it).high))
  const x = (share: number) => labels + (share / most) * (width - labels - values)
  const parts = legend(contestants)
  let y = top
  for (const workload of workloads) {
    const group = shown.filter((it) => it.workload === workload)
    const middle = y + (group.length * bar) / 2 + 4
    parts.push(text(labels - 10, middle, workload, 'end'))
    for (const it of group) {
      const color = colors[contestants.indexOf(it.contestant)] ?? grey
      parts.push(...barOf(it, { x, y, color }))
      y += bar
    }
    y += gap
  }
  parts.push(
    `<line x1="${at(x(1))}" x2="${at(x(1))}" y1="${top - 6}" y2="${y - gap + 6}" stroke="${grey}" stroke-dasharray="3 3"/>`,
  )
  parts.push(text(x(1) + 4, top - 8, 'fair floor', 'start'))
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
  readonly color: string
}

/** The median as a bar, the quartiles as a line over its end, the value beside it. */
function barOf(figures: Figures, { x, y, color }: Place): string[] {
  const { median, low, high } = toFloor(figures)
  const middle = y + bar / 2 - 1
  return [
    `<rect x="${labels}" y="${y}" width="${at(x(median) - labels)}" height="${bar - 2}" fill="${color}"/>`,
    `<line x1="${at(x(low))}" x2="${at(x(high))}" y1="${middle}" y2="${middle}" stroke="${dark}" stroke-width="1.5"/>`,
    text(x(high) + 5, y + bar - 3, median.toFixed(2), 'start'),
  ]
}

/** Squares with names, each as far from the next as its name is long. */
function legend(contestants: readonly string[]): string[] {
  let left = 4
  return contestants.flatMap((name, index) => {
    const square = `<rect x="${left}" y="8" width="10" height="10" fill="${colors[index] ?? grey}"/>`
    const parts = [square, text(left + 15, 17, name, 'start')]
    left += 40 + name.length * letter
    return parts
  })
}

const nothing: Spread = { median: 0, low: 0, high: 0 }
const toFloor = ({ ratios }: Figures) => ratios[baselines.floor] ?? nothing

function text(left: number, y: number, words: string, anchor: 'start' | 'end'): string {
  return `<text x="${at(left)}" y="${at(y)}" text-anchor="${anchor}" fill="${grey}">${words}</text>`
}

const at = (value: number) => value.toFixed(1)
