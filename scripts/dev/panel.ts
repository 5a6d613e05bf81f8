// The text of the launcher's panel: where everything is and how to log in.
import { relative } from 'node:path'
import type { DevelopmentConfig } from './settings.ts'

interface Places {
  readonly config: DevelopmentConfig
  readonly dataDir: string
  readonly postgresDir: string | undefined
}

/** Returns one line per server, with the data folder of a private one. */
export function describeServers({ config, dataDir, postgresDir }: Places): string[] {
  const { database, redis } = config
  const url = new URL(database.url)
  // The private server's password is documented; any other password must not be shown.
  if (!database.embedded) url.password = ''
  const where = (embedded: boolean, folder: string) =>
    embedded ? `, data in ${fromHere(folder)}` : ''
  return [
    `PostgreSQL  ${url}${where(database.embedded, postgresDir ?? dataDir)}`,
    `Redis       ${redis.cache.host}:${redis.cache.port}${where(redis.cache.embedded, `${dataDir}/redis`)}`,
  ]
}

interface Service {
  readonly basePath: string
  /** The path of the login; undefined in a service without one. */
  readonly loginPath: string | undefined
  /** The first superuser's password is not the documented one. */
  readonly ownPassword: boolean
}

/** Returns the panel of `npm run dev`. */
export function describeService(places: Places, service: Service): string[] {
  const { basePath: prefix, loginPath, ownPassword } = service
  const { development, http, worker } = places.config
  const api = `http://localhost:${http.port}`
  const workerPort = worker.port === undefined ? '' : `, health on port ${worker.port}`
  return [
    `API         ${api}${prefix}`,
    `Docs        ${api}/docs`,
    `Mock        http://localhost:${development.mockPort}${prefix}`,
    `Worker      runs${workerPort}`,
    ...describeServers(places),
    ...(loginPath === undefined
      ? []
      : describeLogin(places.config, `${api}${prefix}${loginPath}`, ownPassword)),
  ]
}

function describeLogin({ admin }: DevelopmentConfig, url: string, ownPassword: boolean): string[] {
  if (admin === undefined) return []
  const { username } = admin
  const shown = ownPassword ? 'the password in ADMIN_PASSWORD' : admin.password
  const password = ownPassword ? '<ADMIN_PASSWORD>' : admin.password
  return [
    `Log in      ${username} / ${shown}`,
    `            curl ${url} -d "username=${username}" -d "password=${password}"`,
  ]
}

/** Returns the path from the root for a folder of this project, or else the whole path. */
function fromHere(folder: string): string {
  const path = relative('.', folder)
  return path.startsWith('..') ? folder : path
}
