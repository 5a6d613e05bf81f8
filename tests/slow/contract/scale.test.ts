// Lint and codegen take time in proportion to the size of the contract.
import { expect, it } from 'vitest'
import { generate } from '../../../scripts/codegen.ts'
import { prepareContract } from '../../../scripts/contract/bundle.ts'
import { syntheticContract } from '../../support/synthetic-contract.ts'

/** Returns the seconds of CPU time that lint and codegen take. */
async function secondsFor(operations: number): Promise<number> {
  const began = process.cpuUsage()
  await generate(await prepareContract(syntheticContract(operations)))
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1e6
}

it('a contract of 1,000 operations takes less than six times as long as one of 250', async () => {
  // Loads and compiles the tools themselves.
  await secondsFor(50)
  const small = await secondsFor(250)
  const large = await secondsFor(1000)
  console.log(`lint and codegen: ${small.toFixed(1)} s for 250, ${large.toFixed(1)} s for 1,000`)
  expect(large / small).toBeLessThan(6)
})
