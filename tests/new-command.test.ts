// `npm run new` refuses what is wrong by itself before it does anything.
import { describe, expect, it } from 'vitest'
import { job } from '../scripts/new/job.ts'
import { migration } from '../scripts/new/migration.ts'
import { operation } from '../scripts/new/operation.ts'
import { commandMeant } from '../scripts/new/swallowed.ts'

describe('an operation', () => {
  it.each([
    [['import', 'POST', '/posts'], {}, '"import" is no name for an operation'],
    [['sendPost', 'SEND', '/posts'], {}, '"SEND" is no method; there are GET, POST'],
    [['sendPost', 'POST', 'letters'], {}, '"letters" is no path'],
    [['sendPost', 'POST', '/posts/{post id}'], {}, '"/posts/{post id}" is no path'],
    [['getSize', 'GET', '/size'], {}, 'a GET answers something: --returns=User'],
    [['getSize', 'GET', '/size', 'unit:string'], {}, 'a GET has no body'],
    [['sendPost', 'POST', '/posts', 'to:mail'], {}, '"to:mail": mail is no type'],
    [['sendPost', 'POST', '/posts'], { public: true, admin: true }, 'exclude each other'],
  ])('%j with %j is refused', (words, values, said) => {
    expect(() => operation.read(words, values)).toThrow(said)
  })
})

describe('a job', () => {
  it.each([
    ['class', { in: 'accounts' }, '"class" is no name for a job'],
    ['9lives', { in: 'accounts' }, '"9lives" is no name for a job'],
    ['sendReminder', {}, '--in names the feature of the job'],
    ['sendReminder', { in: 'accounts', every: '9 bottles' }, '--every="9 bottles" is no cron'],
  ])('named %s with %j is refused', (name, values, said) => {
    expect(() => job.read([name], values)).toThrow(said)
  })

  it('that recurs has no payload', () => {
    const read = () => job.read(['report', 'at:date'], { in: 'accounts', every: '0 3 * * *' })
    expect(read).toThrow('a job with --every has no payload')
  })
})

describe('a migration', () => {
  it.each([
    [['../users'], '"../users" is no name for a migration'],
    [['add_size_to_users', 'size:integer'], '"size" must be optional ("?")'],
    [['add_size_to_users', 'size:integer!?'], '"size" needs an index'],
    [['tidy', 'size:integer?'], 'expected add_<column>_to_<table>, found "tidy"'],
  ])('%j is refused', (words, said) => {
    expect(() => migration.read(words, {})).toThrow(said)
  })
})

describe('flags that npm took, because "--" was missing', () => {
  const options = {
    in: { type: 'string' },
    of: { type: 'string' },
    cache: { type: 'string' },
    public: { type: 'boolean' },
  } as const
  const meant = (args: string[], env: Record<string, string>) => commandMeant(args, options, env)

  it('are none where npm passed flags on, whatever its settings are', () => {
    const settings = { npm_config_public: 'true', npm_config_cache: '/home/ada/.npm' }
    expect(meant(['resource', 'notes', '--public'], settings)).toBeUndefined()
    expect(meant(['resource', 'notes'], { npm_config_cache: '/home/ada/.npm' })).toBeUndefined()
  })

  it.each([
    ['job ping accounts', { npm_config_in: 'true' }, 'job ping --in=accounts'],
    ['job ping', { npm_config_in: 'accounts' }, 'job ping --in=accounts'],
    ['resource notes posts', { npm_config_offline: 'true' }, 'resource notes --of=posts'],
    ['resource notes', { npm_config_cache: '/app/60' }, 'resource notes --cache=60'],
    ['resource notes', { npm_config_public: 'true' }, 'resource notes --public'],
    [
      'resource notes',
      { npm_config_public: 'a:date b:date' },
      'resource notes --public "a:date b:date"',
    ],
  ])('are put back after "--": %s with %j', (words, env, command) => {
    expect(meant(words.split(' '), env)).toBe(`npm run new -- ${command}`)
  })
})
