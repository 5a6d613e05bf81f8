// `npm run create-superuser`, as a process on the sources.
// Slow because each case starts node and compiles the sources.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { person, signUp } from '../../support/builders.ts'
import { useService } from '../../support/service.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const service = useService()
const ADMIN_PASSWORD = 'Correct-horse-7'
/** On a busy machine, the usual deadline may pass while Redis is well. */
const REDIS_CACHE_DEADLINE_MS = '5000'

function createSuperuser(admin: Record<string, string>) {
  const command = ['--import', 'tsx', 'src/cli/admin.ts', 'create-superuser']
  const env = {
    PATH: process.env.PATH,
    ...service.env,
    REDIS_CACHE_DEADLINE_MS,
    ADMIN_PASSWORD,
    ...admin,
  }
  return new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(process.execPath, command, { cwd: root, env }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, output: stdout + stderr })
    })
  })
}

describe('create-superuser', () => {
  it('creates one superuser, also when several processes run it at once', async () => {
    const { username, email } = signUp()
    const admin = { ADMIN_USERNAME: username, ADMIN_EMAIL: email }
    const outcomes = await Promise.all([createSuperuser(admin), createSuperuser(admin)])
    expect(outcomes.map((it) => it.output.trim()).sort()).toEqual([
      `${username} is a superuser already`,
      `${username} is a superuser now`,
    ])
    expect(outcomes.map((it) => it.code)).toEqual([0, 0])
    const { body } = await service.api.post('/login', { username, password: ADMIN_PASSWORD })
    const caller = service.api.as({ token: body.access_token })
    expect((await caller.get('/admin/users')).status).toBe(200)
  })

  it('never promotes a user who has the name, and names the variable', async () => {
    const { username, email } = await person(service)
    const byName = await createSuperuser({ ADMIN_USERNAME: username, ADMIN_EMAIL: signUp().email })
    expect([byName.code, byName.output]).toEqual([1, expect.stringContaining('ADMIN_USERNAME')])
    const byEmail = await createSuperuser({ ADMIN_USERNAME: signUp().username, ADMIN_EMAIL: email })
    expect([byEmail.code, byEmail.output]).toEqual([1, expect.stringContaining('ADMIN_EMAIL')])
    expect(await service.db('users').where({ username, is_superuser: true })).toEqual([])
  })

  it('applies the rules of the contract to the superuser', async () => {
    const { code, output } = await createSuperuser({
      ADMIN_PASSWORD: 'password',
      ADMIN_USERNAME: 'Me!',
    })
    expect(code).toBe(1)
    expect(output).toContain('ADMIN_PASSWORD must be 8 to 72 bytes')
    expect(output).toContain('ADMIN_USERNAME must')
  })

  it('says what to do without a database', async () => {
    const { code, output } = await createSuperuser({ DATABASE_URL: 'postgres://127.0.0.1:1/none' })
    expect(code).toBe(1)
    expect(output).toContain('DATABASE_URL')
    expect(output).not.toContain('    at ')
  })
})
