// docs/deployment.md, by hand: all blocks in order, as a reader types them, by a user without rights in an empty
// folder. Slow because it builds two releases and restarts them under load.
import { execFileSync } from 'node:child_process'
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { requireProgram } from '../../../scripts/bootstrap/provide-programs.mjs'
import { freePort } from '../../../scripts/dev/ports.ts'
import { bashSession } from '../../support/bash-session.ts'
import { temporaryDatabase } from '../../support/database.ts'
import { parsePage, root, sources } from '../../support/guides.ts'
import { keepAsking } from '../../support/kept-connections.ts'
import { killGroup } from '../../support/process.ts'
import { useRedis } from '../../support/redis.ts'

const redis = useRedis()
/** A user without rights, where root runs the tests. */
const uid = process.getuid?.() === 0 ? 65_534 : undefined
const page = parsePage(
  'docs/deployment.md',
  await readFile(join(root, 'docs/deployment.md'), 'utf8'),
)
const thisFile = 'tests/slow/deployments/deployment.test.ts'
const blocks = page.blocks.filter((it) => it.kind === 'bash run' && it.path === thisFile)

/** The ports of the page, and those of this run. */
const ports = new Map<string, string>()
const withPorts = (text: string) =>
  text.replace(/\b(3001|3002|3101|8080|8443)\b/g, (it) => ports.get(it) ?? it)

let folder: string
let database: Awaited<ReturnType<typeof temporaryDatabase>>

beforeAll(async () => {
  for (const port of ['3001', '3002', '3101', '8080', '8443'])
    ports.set(port, `${await freePort()}`)
  folder = await mkdtemp(join(tmpdir(), 'deployment-'))
  await chmod(folder, 0o755)
  database = await temporaryDatabase({ empty: true })
  for (const name of ['empty', 'home', 'scripts', 'repository']) await mkdir(join(folder, name))
  for (const file of await sources()) await cp(join(root, file), join(folder, 'repository', file))
  const upstream = join(folder, 'repository/deploy/nginx-upstream.conf')
  await writeFile(upstream, withPorts(await readFile(upstream, 'utf8')))
  if (uid !== undefined) {
    execFileSync('chown', ['-R', `${uid}:${uid}`, join(folder, 'repository')])
    for (const name of ['empty', 'home']) await chown(join(folder, name), uid, uid)
  }
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await database.drop()
})

/** The packages of this repository as links, in place of those that npm would download. */
const lendPackages = `
npm() {
  if [ "$*" != ci ]; then command npm "$@"; return; fi
  mkdir -p node_modules
  ln -sfn ${root}node_modules/* ${root}node_modules/.bin node_modules/
  cp ${root}node_modules/.package-lock.json node_modules/
}
commit() {
  git -C "$repository" add --all
  git -C "$repository" -c user.name=Ada -c user.email=ada@example.com -c commit.gpgSign=false commit --quiet --message "$1"
}
git -C "$repository" init --quiet --initial-branch=main
commit first
`

/** The second version has a column that the first one does not know. */
const secondVersion = `
cat > "$repository/migrations/29990101000000_deployed.ts" <<end
import type { Knex } from 'knex'
export const up = (knex: Knex) => knex.schema.alterTable('users', (it) => it.text('deployed'))
export const down = (knex: Knex) => knex.schema.alterTable('users', (it) => it.dropColumn('deployed'))
end
commit second
`

it('a user without rights installs, updates, rolls back and stops the service in an empty folder, and no request fails', {
  timeout: 600_000,
}, async () => {
  const [cachePort, queuePort] = [await freePort(), await freePort()]
  await redis.start(cachePort)
  await redis.start(queuePort)
  const session = bashSession({
    cwd: join(folder, 'empty'),
    scripts: join(folder, 'scripts'),
    env: {
      HOME: join(folder, 'home'),
      PATH: [process.env.PATH, dirname(requireProgram('nginx'))].join(delimiter),
      repository: join(folder, 'repository'),
      DATABASE_URL: database.url,
      REDIS_CACHE_URL: `redis://127.0.0.1:${cachePort}`,
      REDIS_QUEUE_URL: `redis://127.0.0.1:${queuePort}`,
      RATE_LIMIT_FACTOR: '1000',
      npm_config_update_notifier: 'false',
    },
    ...(uid !== undefined && { uid }),
  })
  onTestFinished(() => killGroup(session.child))
  await session.run('the set-up', lendPackages)
  // Updating, going back and stopping come last.
  const [first, [update, back, end]] = [blocks.slice(0, -3), blocks.slice(-3)]
  const follow = (block = update) => session.run(block?.at ?? '', withPorts(block?.text ?? ''))
  for (const block of first) await follow(block)

  const origin = `https://127.0.0.1:${ports.get('8443')}/api/v1`
  const headers = { authorization: `Bearer ${await tokenOfSuperuser(origin)}` }
  const clients = 3
  const thinkMs = (client: number) => 100 + client * 50
  const url = `${origin}/users/admin`
  const reading = keepAsking({ url, headers: () => headers, clients, thinkMs })
  const writing = keepAsking({
    url,
    headers: () => ({ ...headers, 'content-type': 'application/json' }),
    method: 'PATCH',
    body: '{"name":"Another name"}',
    clients,
    thinkMs,
  })
  onTestFinished(async () => {
    await Promise.all([reading.stop(), writing.stop()])
  })
  await session.run('a second version', secondVersion)
  await follow(update)
  expect(await columnsOfUsers()).toContain('deployed')
  await follow(back)
  await Promise.all([reading.stop(), writing.stop()])
  expect([reading.failures, writing.failures]).toEqual([[], []])
  expect([...reading.statuses.keys(), ...writing.statuses.keys()]).toEqual([200, 200])
  expect(reading.answered() + writing.answered()).toBeGreaterThan(100)
  await follow(end)
  await expect(fetch(`http://127.0.0.1:${ports.get('3001')}/livez`)).rejects.toThrow()
})

/** Logs in with the password that the page has written to a file. */
async function tokenOfSuperuser(origin: string): Promise<string> {
  const password = await readFile(join(folder, 'empty/secrets/admin_password'), 'utf8')
  const form = `username=admin&password=${encodeURIComponent(password)}`
  // fetch would reject the certificate.
  const args = ['-sS', '--insecure', '--fail', `${origin}/login`, '-d', form]
  return JSON.parse(execFileSync('curl', args, { encoding: 'utf8' })).access_token
}

async function columnsOfUsers(): Promise<string[]> {
  const client = new pg.Client(database.url)
  await client.connect()
  const { fields } = await client.query('select * from users limit 0')
  await client.end()
  return fields.map((it) => it.name)
}
