// The configuration of the `knex` command: the same database as the service's. Under Node 20 the
// command cannot read TypeScript by itself; `knexfile.js` beside this file opens the way.
import { loadConfig, readEnvironment } from './src/config.ts'
import { knexConfig } from './src/platform/database.ts'

const config = loadConfig(readEnvironment())

const { migrations, ...connection } = knexConfig(config.database)

export default {
  ...connection,
  migrations: { ...migrations, extension: 'ts' },
  seeds: { directory: './seeds', extension: 'ts' },
}
