// The configuration of the `knex` command: the same database as the service's. Under Node 20 the
// command cannot read TypeScript by itself; `knexfile.js` beside this file opens the way.
import { loadConfig, readEnvironment } from './src/config/config.ts'
import { knexConfig } from './src/db/connection.ts'

const base = knexConfig(loadConfig(readEnvironment()).database)

// What `migrate:make` and `seed:make` write is TypeScript in the style of the house.
export default {
  ...base,
  migrations: { ...base.migrations, extension: 'ts', stub: './scripts/stubs/migration.stub' },
  seeds: { directory: './seeds', extension: 'ts', stub: './scripts/stubs/seed.stub' },
}
