// Public documents go through lint, codegen, types, a service of stubs and the mock. What the engine
// refuses of them is left out, so the test says nothing of how much that is: `npm run contract:try` does.
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tryContract } from '../../../scripts/contract/try/try.ts'

const folder = join(import.meta.dirname, 'documents')
const files = (await readdir(folder, { recursive: true })).filter((it) => it.endsWith('.yaml'))

describe('a public document', () => {
  it.each(files)('%s is served as far as the engine supports it', async (file) => {
    const { operations, leftOut, refused, failures } = await tryContract(join(folder, file))
    expect(failures).toEqual([])
    expect(leftOut.length).toBeLessThanOrEqual(operations)
    for (const line of refused) expect(line).toContain(`${basename(file)}:`)
    for (const line of refused) expect(line).toMatch(/\.yaml:\d+:\d+ .+ \(engine\/[a-z-]+\)$/)
    if (leftOut.length > 0) expect(refused).not.toEqual([])
  })
})
