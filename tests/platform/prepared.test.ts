// Hot reads run as named prepared statements, on a pool as in a transaction.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { closeDatabase, createDatabase, type Database } from '../../src/db/connection.ts'
import { userRepository } from '../../src/features/accounts/repository.ts'
import { postRepository } from '../../src/features/posts/repository.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLogger } from '../../src/lib/log.ts'
import { person } from '../support/builders.ts'
import { useService } from '../support/service.ts'

const service = useService()
let db: Database

beforeAll(() => {
  const log = createLogger({ level: 'silent', part: 'test' })
  // One connection: prepared statements belong to theirs.
  db = createDatabase({ url: service.env.DATABASE_URL ?? '', poolMax: 1 }, log)
})
afterAll(() => closeDatabase(db))

it('loads a principal by one statement that is prepared once', async () => {
  const someone = await person(service.api)
  const users = userRepository(db, systemClock)
  for (let time = 0; time < 3; time++) {
    expect(await users.findById(someone.id)).toMatchObject({ username: someone.username })
  }
  const rows = await db('pg_prepared_statements').where({ name: 'user_by_id' })
  expect(rows).toHaveLength(1)
  expect(rows[0].statement).toContain('$1')
  expect(rows[0].statement).not.toContain(someone.id)
})

it('goes on when a migration has changed the table under it', async () => {
  const someone = await person(service.api)
  const me = () => service.api.as(someone).get('/users/me/sessions')
  expect((await me()).status).toBe(200)
  await db.schema.alterTable('users', (table) => table.text('nickname'))
  try {
    const answers = await Promise.all(Array.from({ length: 20 }, me))
    expect(answers.map((it) => it.status)).toEqual(Array(20).fill(200))
    await db.transaction(async (trx) => {
      const found = await userRepository(trx, systemClock).findById(someone.id)
      expect(found).toMatchObject({ username: someone.username })
    })
  } finally {
    await db.schema.alterTable('users', (table) => table.dropColumn('nickname'))
  }
  expect((await me()).status).toBe(200)
})

it('finds nothing where there is nothing, and sees what its transaction has written', async () => {
  const nobody = '01935f3e-7c1a-7b3e-9d43-2f1c5a8e6b01'
  expect(await userRepository(db, systemClock).findById(nobody)).toBeUndefined()
  const someone = await person(service.api)
  await db.transaction(async (trx) => {
    const post = await postRepository(trx, systemClock).create(someone, {
      title: 'Notes',
      text: 'x',
    })
    const found = await postRepository(trx, systemClock).find(someone.username, post?.id ?? '')
    expect(found).toMatchObject({ id: post?.id, createdAt: post?.createdAt })
  })
})

it('leaves nothing prepared where a pooler could not carry it', async () => {
  const someone = await person(service.api)
  const log = createLogger({ level: 'silent', part: 'test' })
  const url = service.env.DATABASE_URL ?? ''
  const pooled = createDatabase({ url, poolMax: 1, prepare: false }, log)
  try {
    const found = await userRepository(pooled, systemClock).findById(someone.id)
    expect(found).toMatchObject({ username: someone.username })
    expect(await pooled('pg_prepared_statements')).toEqual([])
  } finally {
    await closeDatabase(pooled)
  }
})
