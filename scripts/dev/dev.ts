// `npm run dev`: runs the whole service on this machine: PostgreSQL and Redis, migrations and seeds, then
// the API, the worker and the mock. It restarts them when their sources change, until Ctrl-C.
import { setTimeout as sleep } from 'node:timers/promises'
import { contract, operations } from '../../generated/operations.ts'
import type { Operation } from '../../src/engine/operation.ts'
import { type Launch, launch } from './launcher.ts'
import { say } from './output.ts'
import { describeService } from './panel.ts'
import { partStarter, runCommand } from './parts.ts'
import type { DevelopmentConfig } from './settings.ts'
import type { Supervised } from './supervisor.ts'
import { watchFiles } from './watch.ts'

const slowStart = 20_000

await launch({ name: 'npm run dev', ports, main })

function ports({ http, development, worker, metrics }: DevelopmentConfig): Record<string, number> {
  const all = {
    PORT: http.port,
    MOCK_PORT: development.mockPort,
    WORKER_PORT: worker.port,
    METRICS_PORT: metrics.port,
    WORKER_METRICS_PORT: metrics.workerPort,
  }
  const chosen = Object.entries(all).filter((it): it is [string, number] => it[1] !== undefined)
  return Object.fromEntries(chosen)
}

async function main(launched: Launch): Promise<void> {
  const keep = (name: string, script: string) =>
    launched.keep(name, partStarter(launched, name, script))
  const mock = keep('mock', 'scripts/mock/mock.ts')
  await migrate(launched)
  launched.signal.throwIfAborted()
  const service = [keep('api', 'src/server.ts'), keep('worker', 'src/worker.ts')]
  launched.atEnd(
    await watchFiles(['src', 'generated', 'openapi', '.env'], (files) => {
      return follow(launched, files, service, mock)
    }),
  )
  await runKnex(launched, 'seed:run')

  const { http, development } = launched.config
  const host = ['0.0.0.0', '::'].includes(http.host) ? '127.0.0.1' : http.host
  await answers(launched, 'api', `http://${host}:${http.port}/readyz`, (status) => status === 200)
  await answers(launched, 'mock', `http://127.0.0.1:${development.mockPort}/`, () => true)
  const panel = describeService(launched, {
    basePath: contract.basePath,
    loginPath: Object.values<Operation>(operations).find((it) => it.operationId === 'login')?.path,
    ownPassword: Boolean(process.env.ADMIN_PASSWORD || process.env.ADMIN_PASSWORD_FILE),
  })
  say('', ['', ...panel, '', 'Ctrl-C stops everything', ''].join('\n'))
}

async function migrate(launched: Launch): Promise<void> {
  try {
    await runKnex(launched, 'migrate:latest')
  } catch (error) {
    // A killed migration leaves its lock. No other process migrates the private database.
    const locked = error instanceof Error && error.message.includes('already locked')
    if (!locked || !launched.config.database.embedded) throw error
    await runKnex(launched, 'migrate:unlock')
    await runKnex(launched, 'migrate:latest')
  }
}

function runKnex(launched: Launch, command: string): Promise<string> {
  return runCommand(launched, 'knex', ['node_modules/knex/bin/cli.js', command])
}

/** Handles changed files. Files that it writes to `generated/` arrive here as changes. */
async function follow(
  launched: Launch,
  files: readonly string[],
  service: readonly Supervised[],
  mock: Supervised,
): Promise<void> {
  const inFolder = (folder: string) => files.some((file) => file.startsWith(`${folder}/`))
  const more = files.length > 1 ? ` and ${files.length - 1} more` : ''
  say('dev', `${files[0]}${more} changed`)
  if (inFolder('openapi')) await generate(launched)
  if (inFolder('generated')) mock.restart()
  if (files.includes('.env')) {
    say('dev', 'ports, servers and the data folder change with the next npm run dev')
  }
  if (inFolder('src') || inFolder('generated') || files.includes('.env')) {
    for (const part of service) part.restart()
  }
}

async function generate(launched: Launch): Promise<void> {
  try {
    await runCommand(launched, 'codegen', ['--import', 'tsx', 'scripts/codegen.ts'])
    say('codegen', 'the generated files are current')
  } catch (error) {
    if (!launched.signal.aborted)
      say('codegen', error instanceof Error ? error.message : String(error))
  }
}

/** Waits until a URL answers as expected, and prints from time to time that it does not. */
async function answers(
  launched: Launch,
  name: string,
  url: string,
  expected: (status: number) => boolean,
): Promise<void> {
  let told = Date.now()
  for (;;) {
    const signal = AbortSignal.any([launched.signal, AbortSignal.timeout(2000)])
    const status = await fetch(url, { signal }).then(
      (response) => response.status,
      () => 0,
    )
    if (expected(status) && status !== 0) return
    if (Date.now() - told > slowStart) {
      say(name, `is not ready yet: ${url} ${status === 0 ? 'does not answer' : `is ${status}`}`)
      told = Date.now()
    }
    await sleep(50, undefined, { signal: launched.signal })
  }
}
