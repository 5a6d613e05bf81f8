// The loop that the relay and the scheduler use.
import { afterEach, expect, it } from 'vitest'
import { createWake, type Loop, startLoop } from '../../src/lib/async.ts'
import { createLogger } from '../../src/lib/log.ts'
import { until } from '../support/until.ts'

const messages = { outage: 'it fails', recovery: 'it works again' }
let loop: Loop | undefined
afterEach(() => loop?.stop())

function start(work: () => Promise<number>) {
  const lines: string[] = []
  const write = (line: string) => void lines.push(JSON.parse(line).msg)
  const log = createLogger({ level: 'info', part: 'test' }, { write })
  loop = startLoop({ work, wake: createWake(), outageMs: 1, log, messages })
  return { loop, lines }
}

it('logs the first failure of a loop and its recovery', async () => {
  let turns = 0
  const { loop, lines } = start(async () => {
    if (++turns % 10 < 5) throw new Error('out of reach')
    return 1
  })
  expect(loop.sinceSuccessMs()).toBe(Infinity)
  await until('its second recovery', () => lines.length >= 4 || undefined)
  expect(lines.slice(0, 4)).toEqual([
    messages.outage,
    messages.recovery,
    messages.outage,
    messages.recovery,
  ])
})

it('distinguishes a stuck loop from a failing one', async () => {
  let end = (_pause: number) => {}
  const { loop } = start(() => new Promise((resolve) => (end = resolve)))
  await until('half a second without a turn', () => loop.stillMs() > 500 || undefined)
  expect(loop.sinceSuccessMs()).toBe(Infinity)
  end(1)
  await until('its turn', () => loop.stillMs() < 500 || undefined)
  expect(loop.sinceSuccessMs()).toBeLessThan(10_000)
  end(1)
})

it('ends the pause of a loop when its wake is called', async () => {
  const wake = createWake()
  const log = createLogger({ level: 'silent', part: 'test' })
  let turns = 0
  const work = async () => {
    turns++
    return 60_000
  }
  loop = startLoop({ work, wake, outageMs: 60_000, log, messages })
  await until('its first turn', () => turns === 1 || undefined)
  wake.call()
  await until('its second turn', () => turns === 2 || undefined)
})
