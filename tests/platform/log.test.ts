// What a log line holds, and what it never does.
import { describe, expect, it } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { person } from '../support/builders.ts'
import { useService } from '../support/service.ts'

function capture() {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  return { lines, log: createLogger({ level: 'debug', part: 'test' }, { write }) }
}

describe('a log line', () => {
  it('has its secrets struck out', () => {
    const { lines, log } = capture()
    log.info({ password: 'hunter2', headers: { authorization: 'Bearer abc', cookie: 'abc' } })
    log.info({ user: { passwordHash: '$2b$abc' }, token: { access_token: 'abc' } })
    log.info({ refresh_token: 'abc', body: { text: 'abc' }, request: { rawBody: 'abc' } })
    expect(lines.join('')).not.toMatch(/hunter2|abc/)
  })
})

describe('an error of the database in the log', () => {
  const service = useService()

  it('has neither the SQL text nor the value, but what an operator looks for', async () => {
    const { lines, log } = capture()
    const queries = [
      service.db('users').where({ id: 'secret-value' }),
      service.db('users').insert({ id: '01935f3e-7c1a-7b3e-9d43-2f1c5a8e6b01', name: null }),
      service.db('users').where({ no_such_column: 'secret-value' }),
    ]
    for (const query of queries)
      log.error({ err: await query.then(null, (error: unknown) => error) })
    expect(lines).toHaveLength(3)
    for (const line of lines) {
      const { err } = JSON.parse(line)
      expect(err.code).toMatch(/^\w{5}$/)
      expect(err.stack).toContain('    at ')
      expect(line).not.toMatch(/secret-value|select|insert into|failing row/i)
    }
  })

  it('is found by the request id that the client was told', async () => {
    const { token } = await person(service.api)
    await service.db.raw('alter table tasks rename to tasks_away')
    const response = await fetch(`${service.url}/api/v1/tasks`, {
      headers: { authorization: `Bearer ${token}`, 'x-request-id': 'look-for-me' },
    })
    await service.db.raw('alter table tasks_away rename to tasks')
    expect(response.status).toBe(500)
    expect(service.faults.splice(0)).toHaveLength(1)
    const line = service.logged().find((it) => it.msg === 'a request failed')
    expect(line).toMatchObject({ requestId: 'look-for-me', operationId: 'listTasks' })
  })
})
