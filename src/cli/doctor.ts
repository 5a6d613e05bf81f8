// The part of `npm run doctor` that needs the configuration: its errors, PostgreSQL and Redis. It is here
// and not in scripts/, because it also runs from a build. scripts/doctor/ prints the result.
import { type Config, Reader, readConfig, readEnvironment } from '../config/config.ts'
import { checkDatabase } from './doctor/database.ts'
import { checkRedis } from './doctor/redis.ts'

/** One line of the table. */
export interface Finding {
  readonly check: string
  /** Only `wrong` is an error. */
  readonly state: 'ok' | 'warning' | 'wrong'
  /** What was found. Never a secret. */
  readonly found: string
  /** A command to run or a variable to set. */
  readonly fix?: string
}

/** A port that a process of the service listens on. */
export interface Port {
  readonly variable: string
  readonly port: number
  readonly host: string
  /** Matches the command line of the process. */
  readonly program: RegExp
}

export interface Diagnosis {
  readonly findings: readonly Finding[]
  readonly ports: readonly Port[]
  /** Where processes of this installation run or keep their data, beside the root. */
  readonly folders: readonly string[]
}

/** The commands that fix the database: other ones in a build than in the sources. */
export interface Commands {
  readonly migrate: string
  readonly createSuperuser: string
  readonly unlock: string
  /** Starts the private servers. */
  readonly infra: string
}

const commandsOfBuild: Commands = {
  migrate: 'npm run migrate',
  createSuperuser: 'set ADMIN_PASSWORD, then npm run create-superuser',
  unlock: 'npm run migrate -- unlock',
  infra: 'npm run infra',
}

/** Checks a build. */
export function diagnose(): Promise<Diagnosis> {
  const read = readerOf()
  return diagnoseService(read, readConfig(read), commandsOfBuild)
}

/** Returns a reader of the environment, also where `.env` cannot be read, which another check reports. */
export function readerOf(): Reader {
  try {
    return new Reader(readEnvironment())
  } catch {
    return new Reader(process.env)
  }
}

/**
 * Checks the configuration and the servers that it names, each within a few seconds. A server whose own
 * variables are invalid is left out.
 */
export async function diagnoseService(
  read: Reader,
  config: Config,
  commands: Commands,
): Promise<Diagnosis> {
  const { database, redis, http, worker, metrics } = config
  const isValid = (names: RegExp) => !read.errors.some((it) => names.test(it.variable))
  const checks = [
    ...(isValid(/^(DATABASE|POSTGRES|EMBEDDED_POSTGRES)_/)
      ? [checkDatabase(database, commands)]
      : []),
    ...(isValid(/^(REDIS|EMBEDDED_REDIS)_/) ? [checkRedis(redis, commands)] : []),
  ]
  const findings = await Promise.all(checks)
  return {
    findings: [...configurationFindings(read, config.environment), ...findings.flat()],
    ports: [
      {
        variable: 'PORT',
        port: http.port,
        host: http.host,
        program: serverProgram,
      },
      ...(worker.port === undefined ? [] : [workerPort(worker.port, http.host)]),
      ...metricsPorts(metrics),
    ],
    folders: [],
  }
}

/** API and worker may have the same port of metrics, each on a machine of its own. */
function metricsPorts({ host, port, workerPort }: Config['metrics']): Port[] {
  const api = { variable: 'METRICS_PORT', port, host, program: serverProgram }
  const worker = { variable: 'WORKER_METRICS_PORT', port: workerPort, host, program: workerProgram }
  return (port === workerPort ? [api] : [api, worker]).flatMap((it) =>
    it.port === undefined ? [] : [{ ...it, port: it.port }],
  )
}

const serverProgram = /(src|dist)\/server|run-built\.mjs server/
const workerProgram = /(src|dist)\/worker|run-built\.mjs worker/

const workerPort = (port: number, host: string): Port => ({
  ...{ variable: 'WORKER_PORT', port, host },
  program: workerProgram,
})

function configurationFindings({ errors }: Reader, environment: string): Finding[] {
  const check = 'configuration'
  if (errors.length === 0)
    return [{ check, state: 'ok', found: `valid, ENVIRONMENT=${environment}` }]
  return errors.map(({ variable, message, example }) => ({
    ...{ check, state: 'wrong', found: `${variable}: ${message}`, fix: `${variable}=${example}` },
  }))
}
