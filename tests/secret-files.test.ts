// Secrets that come from files, as Docker and Kubernetes mount them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError, type Environment, loadConfig } from '../src/config/config.ts'

const key = 'a-key-that-no-message-may-show-0123456789'
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'secret-files-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes a file. Returns its path. */
function fileWith(text: string): string {
  const path = join(folder, `secret-${Math.random()}`)
  writeFileSync(path, text)
  return path
}

/** Returns the errors of an environment, which never show the key. */
function errorsOf(env: Environment): readonly string[] {
  try {
    loadConfig(env)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    expect(error.message).not.toContain(key)
    return error.errors
  }
}

describe('a secret in a file', () => {
  it.each(['', '\n', '\r\n'])('is read without one line break at its end: %j', (end) => {
    const env = { SECRET_KEY_FILE: fileWith(`${key}${end}`) }
    expect(loadConfig(env).auth.tokens.secret).toBe(key)
  })

  it('keeps every other character', () => {
    const env = { SECRET_KEY_FILE: fileWith(` ${key} \n\n`) }
    expect(loadConfig(env).auth.tokens.secret).toBe(` ${key} \n`)
  })

  it('may be any secret, and a whole configuration for production', () => {
    const { auth, admin, database, redis } = loadConfig({
      ENVIRONMENT: 'production',
      SECRET_KEY_FILE: fileWith(`${key}-1`),
      SECRET_KEY_PREVIOUS_FILE: fileWith(`${key}-2`),
      DATABASE_URL_FILE: fileWith('postgres://u:p@db/app\n'),
      DATABASE_LISTEN_URL_FILE: fileWith('postgres://u:p@direct/app\n'),
      REDIS_CACHE_URL_FILE: fileWith('redis://:p1@cache\n'),
      REDIS_QUEUE_HOST: 'queue',
      REDIS_QUEUE_PASSWORD_FILE: fileWith('p2\n'),
      ADMIN_PASSWORD_FILE: fileWith('Correct-Horse-8\n'),
    })
    expect(auth.tokens).toMatchObject({ secret: `${key}-1`, previousSecret: `${key}-2` })
    expect(database.url).toBe('postgres://u:p@db/app')
    expect(database.listener.url).toBe('postgres://u:p@direct/app')
    expect(redis.cache).toMatchObject({ host: 'cache', password: 'p1' })
    expect(redis.queue).toMatchObject({ host: 'queue', password: 'p2' })
    expect(admin?.password).toBe('Correct-Horse-8')
  })

  it('turns a private server off as its variable does', () => {
    const { database, redis } = loadConfig({
      POSTGRES_PASSWORD_FILE: fileWith('p@ss\n'),
      REDIS_CACHE_PASSWORD_FILE: fileWith('other\n'),
    })
    expect(database).toMatchObject({
      embedded: false,
      url: 'postgres://postgres:p%40ss@localhost:5432/postgres',
    })
    expect(redis.cache).toMatchObject({ embedded: false, password: 'other' })
  })

  it('cannot be set beside its variable', () => {
    const path = fileWith(key)
    const env = { SECRET_KEY: `${key}-other`, SECRET_KEY_FILE: path }
    expect(errorsOf(env)).toEqual([
      expect.stringMatching(/^SECRET_KEY_FILE: \/.* is set beside SECRET_KEY/),
    ])
    expect(errorsOf(env)[0]).toContain(path)
    expect(errorsOf({ SECRET_KEY: '', SECRET_KEY_FILE: path })).toEqual([])
  })

  it.each([
    ['missing', () => join(folder, 'missing'), 'cannot be read (ENOENT)'],
    ['a folder', () => folder, 'cannot be read (EISDIR)'],
    ['empty', () => fileWith(''), 'is empty'],
    ['an empty line', () => fileWith('\n'), 'is empty'],
  ])('is one error with variable and path if the file is %s', (_, file, reason) => {
    const servers = { DATABASE_URL: 'postgres://a@b/c', REDIS_CACHE_HOST: 'b' }
    const admin = { ADMIN_PASSWORD: 'Correct-Horse-8' }
    const path = file()
    const env = { ENVIRONMENT: 'production', ...servers, ...admin, SECRET_KEY_FILE: path }
    expect(errorsOf(env)).toEqual([
      `SECRET_KEY_FILE: ${path} ${reason} (for example SECRET_KEY_FILE=/run/secrets/secret_key)`,
    ])
  })

  it('is not shown when it is invalid, but its path is', () => {
    const path = fileWith(`${key}://db`)
    expect(errorsOf({ DATABASE_URL_FILE: path })).toEqual([
      expect.stringContaining(`got another value in ${path} `),
    ])
  })

  it.each([key, `postgres://user:${key}@db/app`])(
    'is not shown when it stands where its path belongs',
    (DATABASE_URL_FILE) => {
      expect(errorsOf({ DATABASE_URL_FILE })).toEqual([
        expect.stringMatching(/^DATABASE_URL_FILE: expected a path that starts with \/ or \.\//),
      ])
    },
  )
})
