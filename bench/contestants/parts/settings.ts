// The settings of a contestant, from the environment variables that the service reads, so that all
// contestants start the same way.
import { readFileSync } from 'node:fs'

/** A port on which nothing listens, for a contestant without Redis. */
export const unusedPort = 1

const { env } = process
const redisPort = Number(env.REDIS_CACHE_PORT)

/** The parts of the contract's document that contestants use. */
export interface Document {
  readonly info: { readonly title: string; readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>
}

/** The bundled contract. */
export const contract: Document = JSON.parse(readFileSync('generated/openapi.json', 'utf8'))

export const settings = {
  port: Number(env.PORT),
  databaseUrl: env.DATABASE_URL ?? '',
  /** The service's default. */
  poolMax: 10,
  /** Undefined if nothing is cached. */
  redisPort: redisPort === unusedPort ? undefined : redisPort,
  /** Separates the keys of the contestants. */
  keyPrefix: `${env.REDIS_PREFIX}:`,
  secret: env.SECRET_KEY ?? '',
  /** The expected claims of a token. */
  issuer: 'contract-first-api',
  audience: 'contract-first-api',
  version: contract.info.version,
  /** How long an idle connection of a client is kept, in milliseconds. */
  keepAliveTimeout: 65_000,
} as const
