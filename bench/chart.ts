// Draws the figures for the docs: one group of bars per workload, as shares of the baseline. The colors
// are readable on light and dark pages.
import { references } from './contestants.ts'
import type { Figures, Spread } from './report.ts'

const width = 760
const labels = 190
const values = 60
const bar = 13
const gap = 18
const top = 52
/** The approximate width of a letter. */
const letter = 6.5
const grey = '#8a8f98'
const dark = '#30343b'
/** The bars are in the order of the legend, so they can be told apart without colors. */
const colors = ['#2f6fde', '#e08a1e', '#3d9970', '#b5485d', '#8659b5', grey]

/** Returns an SVG document of all contestants. The baseline is the line at 1. */
export function chart(figures: readonly Figures[]): string {
  const shown = figures.filter(
    (it) => it.contestant !== references.baseline && it.contestant !== 'bytes',
  )
  const contestants = [...new Set(shown.map((it) => it.contestant))]
  const workloads = [...new Set(shown.map((it) => it.workload))]
  const most = Math.max(1, ...shown.map((it) => toBaseline(it).high))
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
  parts.push(text(x(1) + 4, top - 8, 'baseline', 'start'))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" font-family="system-ui, sans-serif" font-size="12" role="img">`,
    '<title>Requests per second of each server, as a share of the baseline</title>',
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

/** Returns a bar for the median, a line over its end for the quartiles, and the value as text. */
function barOf(figures: Figures, { x, y, color }: Place): string[] {
  const { median, low, high } = toBaseline(figures)
  const middle = y + bar / 2 - 1
  return [
    `<rect x="${labels}" y="${y}" width="${at(x(median) - labels)}" height="${bar - 2}" fill="${color}"/>`,
    `<line x1="${at(x(low))}" x2="${at(x(high))}" y1="${middle}" y2="${middle}" stroke="${dark}" stroke-width="1.5"/>`,
    text(x(high) + 5, y + bar - 3, median.toFixed(2), 'start'),
  ]
}

/** Returns a colored square and a name for each contestant. */
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
const toBaseline = ({ ratios }: Figures) => ratios[references.baseline] ?? nothing

function text(left: number, y: number, words: string, anchor: 'start' | 'end'): string {
  return `<text x="${at(left)}" y="${at(y)}" text-anchor="${anchor}" fill="${grey}">${words}</text>`
}

const at = (value: number) => value.toFixed(1)
