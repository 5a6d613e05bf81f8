// The migrations of this version. A build has a table of them instead of this file (scripts/build/bundle.ts).
import { readdirSync } from 'node:fs'
import type { Knex } from 'knex'

const folder = new URL('../../migrations/', import.meta.url)

/** Loads each migration, by its name without extension, in the order in which they are applied. */
export const migrations: Readonly<Record<string, () => Promise<Knex.Migration>>> =
  Object.fromEntries(
    readdirSync(folder)
      .filter((file) => file.endsWith('.ts'))
      .sort()
      .map((file) => [file.slice(0, -'.ts'.length), () => import(new URL(file, folder).href)]),
  )
