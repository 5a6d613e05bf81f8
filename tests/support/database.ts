// A database for one test file: a copy of the migrated template.
import { randomBytes } from 'node:crypto'
import knex from 'knex'
import { inject } from 'vitest'

/** Creates the database, on request an empty one; `drop` closes its connections and drops it. */
export async function temporaryDatabase({ empty = false } = {}) {
  const template = new URL(inject('templateUrl'))
  const name = `test_${randomBytes(6).toString('hex')}`
  const url = new URL(`/${name}`, template)
  const server = new URL('/postgres', template)
  const maintain = async (sql: string) => {
    const admin = knex({ client: 'pg', connection: server.href, pool: { min: 0, max: 1 } })
    await admin.raw(sql).finally(() => admin.destroy())
  }
  const source = empty ? 'template0' : template.pathname.slice(1)
  await maintain(`create database ${name} template ${source}`)
  return { url: url.href, drop: () => maintain(`drop database ${name} with (force)`) }
}
