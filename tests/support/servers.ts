// Server processes of the service, or of a copy with a mutation, to show that a test finds the mistake.
import type { StdioOptions } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bundleService } from '../../scripts/build/bundle.ts'
import { freePort } from '../../scripts/dev/ports.ts'
import { partSteps, type Running, startProcess } from '../../scripts/dev/processes.ts'
import type { Environment } from '../../src/config/config.ts'
import { expectNoSecrets } from './secrets.ts'
import { until } from './until.ts'

/** Replaces a text that occurs exactly once in a file. */
export interface Mutation {
  readonly file: string
  readonly from: string
  readonly to: string
}

export interface ServerProcess extends Running {
  readonly port: number
}

const parts = [
  ...['src', 'generated', 'migrations', 'openapi', 'scripts', 'docs/problems.md'],
  ...['package.json', 'tsconfig.json', 'redocly.yaml'],
]

/** Copies the product and applies the mutations. @throws Error where a text does not occur exactly once. */
export async function copyOfProduct(...mutations: readonly Mutation[]) {
  const folder = await mkdtemp(join(tmpdir(), 'product-'))
  for (const part of parts) await cp(part, join(folder, part), { recursive: true })
  await symlink(resolve('node_modules'), join(folder, 'node_modules'))
  for (const { file, from, to } of mutations) {
    const path = join(folder, file)
    const source = await readFile(path, 'utf8')
    if (source.split(from).length !== 2)
      throw new Error(`${file} does not contain exactly once: ${from}`)
    await writeFile(
      path,
      source.replace(from, () => to),
    )
  }
  return { folder, remove: () => rm(folder, { recursive: true }) }
}

/** Starts servers from a copy of the product, and resolves when all of them respond. */
export async function startServers(
  folder: string,
  env: Environment,
  count = 1,
): Promise<ServerProcess[]> {
  await bundleService(folder, join(folder, 'dist'), { withoutPackages: true })
  const file = join(folder, 'dist/server.js')
  return Promise.all(Array.from({ length: count }, () => startOne(file, env)))
}

async function startOne(file: string, env: Environment): Promise<ServerProcess> {
  const port = await freePort()
  const variables = { ...process.env, ...env, PORT: String(port), HOST: '127.0.0.1' }
  const logFile = `${file}-${port}.log`
  const log = openSync(logFile, 'a')
  const options = { env: variables, stdio: ['ignore', log, 'inherit'] satisfies StdioOptions }
  const running = await startProcess(process.execPath, [file], options, partSteps)
  closeSync(log)
  await until('a response of the server', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/livez`).catch(() => undefined)
    return response?.ok || undefined
  })
  const stop = async () => {
    await running.stop()
    expectNoSecrets(await readFile(logFile, 'utf8'))
  }
  return { ...running, stop, port }
}
