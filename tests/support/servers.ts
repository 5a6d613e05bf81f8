// Server processes for a test: the service as it stands in `src/`, or a copy of it with a change in
// its text, to show that a test finds what it is there to find.
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from '../../scripts/infrastructure/ports.ts'
import { partSteps, type Running, startProcess } from '../../scripts/infrastructure/processes.ts'
import type { Environment } from '../../src/config.ts'
import { until } from './until.ts'

/** A change in a file: this text, which has to be there once, becomes that one. */
export interface Mutation {
  readonly file: string
  readonly from: string
  readonly to: string
}

export interface ServerProcess extends Running {
  readonly port: number
}

/** Starts a server from a folder that holds `src/`, and resolves when it answers. */
export async function startServer(folder: string, env: Environment): Promise<ServerProcess> {
  const port = await freePort()
  const variables = { ...process.env, ...env, PORT: String(port), HOST: '127.0.0.1' }
  const args = ['--import', resolve('node_modules/tsx/dist/esm/index.mjs'), 'src/server.ts']
  const options = { cwd: folder, env: variables, stdio: 'ignore' as const }
  const running = await startProcess(process.execPath, args, options, partSteps)
  await until('the server answering', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/livez`).catch(() => undefined)
    return answer?.ok || undefined
  })
  return { ...running, port }
}

const parts = [
  ...['src', 'generated', 'openapi', 'scripts'],
  ...['package.json', 'tsconfig.json', 'redocly.yaml'],
]

/** A copy of the product, with the changes made. @throws where a text is not there. */
export async function mutant(...mutations: readonly Mutation[]) {
  const folder = await mkdtemp(join(tmpdir(), 'mutant-'))
  for (const part of parts) {
    await cp(part, join(folder, part), { recursive: true })
  }
  await symlink(resolve('node_modules'), join(folder, 'node_modules'))
  for (const { file, from, to } of mutations) {
    const path = join(folder, file)
    const source = await readFile(path, 'utf8')
    if (source.split(from).length !== 2) throw new Error(`${file} has not once: ${from}`)
    await writeFile(
      path,
      source.replace(from, () => to),
    )
  }
  return { folder, remove: () => rm(folder, { recursive: true }) }
}
