// Lets the knex command line read `knexfile.ts` on every supported Node; nothing else lives here.
import { register } from 'tsx/esm/api'

register()
export default (await import('./knexfile.ts')).default
