// Where a contestant listens and what it reaches: from the variables that the service reads as well,
// so that all of them are started alike.
import { readFileSync } from 'node:fs'

/** A port that needs a privilege which no contestant has: there is no Redis. */
export const nobodyListens = 1

const { env } = process
const redisPort = Number(env.REDIS_CACHE_PORT)

/** The part of a document of the contract that a contestant has use for. */
export interface Document {
  readonly info: { readonly title: string; readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>
}

/** The contract, bundled; a contestant that reads a document has it from here. */
export const contract: Document = JSON.parse(readFileSync('generated/openapi.json', 'utf8'))

export const settings = {
  port: Number(env.PORT),
  databaseUrl: env.DATABASE_URL ?? '',
  /** As many connections as the service holds. */
  poolMax: 10,
  /** Undefined where nothing is cached. */
  redisPort: redisPort === nobodyListens ? undefined : redisPort,
  /** Apart from what other contestants keep. */
  keyPrefix: `${env.REDIS_PREFIX}:`,
  secret: env.SECRET_KEY ?? '',
  /** Of a token: who has issued it and whom it is for. */
  issuer: 'contract-first-api',
  audience: 'contract-first-api',
  version: contract.info.version,
  /** For how long a connection is kept, in milliseconds. */
  keepAliveTimeout: 65_000,
} as const
