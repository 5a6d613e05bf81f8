// Configures the `knex` command for the service's database. The command reads `knexfile.js`, because
// it cannot read TypeScript under Node 20.
import { loadConfig, readEnvironment } from './src/config/config.ts'
import { knexConfig } from './src/db/connection.ts'

const base = knexConfig(loadConfig(readEnvironment()).database)

// `migrate:make` and `seed:make` write TypeScript in the style of this repository.
export default {
  ...base,
  migrations: { ...base.migrations, extension: 'ts', stub: './scripts/stubs/migration.stub' },
  seeds: { directory: './seeds', extension: 'ts', stub: './scripts/stubs/seed.stub' },
}
