// The variables of a process: those of its environment, and those of `.env` beside `src/` or `dist/`.
// Slow because it bundles the product and starts it.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { useProduct } from '../../support/product.ts'

const product = useProduct()

it('a build reads .env, and its own environment overrides it', async () => {
  const file = join(product.folder(), '.env')
  await writeFile(file, 'PORT=from-file\nWEB_CONCURRENCY=from-file\n')
  const env = { WEB_CONCURRENCY: 'from-environment' }
  const { code, output } = await product.run(process.execPath, ['dist/server.js'], env).ended
  expect(code).toBe(1)
  expect(output).toContain('PORT: expected a whole number from 1 to 65535, got "from-file"')
  expect(output).toContain('got "from-environment"')
})

it('the sources read the same .env', async () => {
  await writeFile(join(product.folder(), '.env'), 'PORT=from-file\n')
  const command = ['--import', 'tsx', 'src/server.ts']
  const { output } = await product.run(process.execPath, command, {}).ended
  expect(output).toContain('PORT: expected a whole number from 1 to 65535, got "from-file"')
})
