// Lets the `knex` command read `knexfile.ts` on every supported Node version.
import { register } from 'tsx/esm/api'

register()
export default (await import('./knexfile.ts')).default
