// Makes the module of a contract that a server of the bench takes.
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { programs } from './contestants.ts'

/** Writes generated files below the programs of the bench, and returns the folder and the module of them. */
export async function writeContract(name: string, files: Readonly<Record<string, string>>) {
  const folder = resolve(programs, name, 'generated')
  await mkdir(folder, { recursive: true })
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text)
  const names = ['operations.ts', 'validators.js', 'serializers.js']
  const contents = names.map((it) => `export * from './${it}'`).join('\n')
  const module = join(folder, 'contract.js')
  const settings = { bundle: true, packages: 'external', format: 'esm' } as const
  await build({
    ...{ stdin: { contents, resolveDir: folder }, outfile: module, platform: 'node' },
    ...settings,
  })
  return { folder, module }
}
