// Runs rows as tests, sixty of them with one compiler run and one server.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Compiled, openFolder, typeErrors } from '../../../scripts/contract/try/compile.ts'
import { type Sent, sendRaw } from '../../../scripts/contract/try/service.ts'
import { responseKey } from '../../../src/engine/operation.ts'
import { clientCall, operationOf, sendByClient } from './client.ts'
import { compileRow, lintRow, warningsOf } from './compile.ts'
import type { Answer, Case, Row } from './row.ts'
import { type Desk, mockOf, serveRows, serviceOf } from './service.ts'

const groupSize = 60

/** Declares the tests of rows. */
export function testRows(rows: readonly Row[]) {
  for (let from = 0; from < rows.length; from += groupSize) {
    describe(`rows ${from + 1} to ${Math.min(from + groupSize, rows.length)}`, () =>
      testGroup(rows.slice(from, from + groupSize)))
  }
}

function testGroup(rows: readonly Row[]) {
  /** What the lint says of each. */
  const findings = new Map<Row, string[]>()
  const compiled = new Map<Row, Compiled | Error>()
  let types: Promise<Map<string, string>>
  let server: Awaited<ReturnType<typeof serveRows>>
  let remove: () => Promise<void>
  const nameOf = (row: Row) => `row${rows.indexOf(row)}`

  beforeAll(async () => {
    const folder = await openFolder()
    remove = folder.remove
    for (const row of rows) {
      const found = lintRow(row)
      findings.set(row, found)
      if (row.refused !== undefined || found.length > 0) continue
      const made = compileRow(folder.folder, nameOf(row), row)
      compiled.set(row, await made.catch((error: Error) => error))
    }
    types = typeErrors(folder.folder, 'row.ts')
    server = await serveRows()
  })
  afterAll(async () => {
    await types
    await server.stop()
    await remove()
  })

  const found = (row: Row) => findings.get(row) ?? []

  /** Returns a row that codegen has compiled. @throws what it threw. */
  const made = (row: Row) => {
    const one = compiled.get(row)
    if (one instanceof Error) throw one
    if (one === undefined) throw new Error(`The lint refuses it: ${found(row).join('\n')}`)
    return one
  }

  for (const row of rows.filter((one) => one.refused !== undefined)) {
    it(`the lint refuses ${row.feature}`, () => {
      expectFinding(found(row), row.refused)
    })
  }
  describe.each(
    rows.filter((one) => one.refused === undefined).map((row) => [row.feature, row] as const),
  )('%s', (_, row) => {
    it('is supported by lint and codegen', () => {
      expect(found(row)).toEqual([])
      if (row.warns !== undefined) expectFinding(warningsOf(row), row.warns)
      made(row)
    })

    it('has handlers and a client that compile where they are right', async () => {
      made(row)
      expect((await types).get(nameOf(row)) ?? '').toBe('')
    })

    it('is served, and sent by the client', async () => {
      const contract = made(row)
      const desk: Desk = { returns: { status: 204 }, gets: undefined, errors: [] }
      server.put(nameOf(row), serviceOf(contract, desk, row))
      const url = `${server.url}/${nameOf(row)}${contract.basePath}`
      for (const one of row.cases ?? []) await checkService(url, contract, one, desk)
    })

    it('is mocked', async () => {
      const contract = made(row)
      const errors: unknown[] = []
      const name = `mock-of-${nameOf(row)}`
      server.put(name, await mockOf(contract, errors))
      const url = `${server.url}/${name}${contract.basePath}`
      for (const one of row.cases ?? []) await checkMock(url, contract, one, errors)
    })
  })
}

/** @param wanted the rule, a colon, and a part of its message. */
function expectFinding(found: readonly string[], wanted = '') {
  const [rule = '', words = ''] = wanted.split(/: (.*)/)
  const fits = found.filter(
    (one) => one.startsWith('#/') && one.endsWith(`(${rule})`) && one.includes(words),
  )
  expect(fits, found.join('\n')).not.toEqual([])
}

async function checkService(url: string, contract: Compiled, one: Case, desk: Desk) {
  const operation = operationOf(Object.values(contract.operations), one)
  const success = Object.keys(operation?.responses ?? {}).find((it) => /^[23]/.test(it))
  const returns = one.returns ?? { status: Number(success ?? 204) }
  const answer = expectedOf(one, returns)
  Object.assign(desk, { returns: one.throws ?? returns, gets: undefined })
  desk.errors.length = 0
  const got = await sendRaw(url, sentBy(one))
  const shown = `${one.send} answers ${got.text} ${desk.errors}`
  expect(got.status, shown).toBe(answer.status)
  if (one.at !== undefined) expect(pointersOf(got.text), shown).toContain(one.at)
  expect(desk.gets !== undefined, `${shown}: whether its handler runs`).toBe(reachesHandler(one))
  for (const [part, value] of Object.entries(one.gets ?? {})) {
    const gets = desk.gets?.[part as keyof object]
    expect(gets, `${one.send}: ${part}`).toEqual(value)
  }
  if ('body' in answer) expect(parsed(got.text), shown).toEqual(answer.body)
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    expect(got.headers[name] ?? null, `${one.send}: ${name}`).toEqual(value)
  }
  const call = operation && clientCall(operation, one)
  if (call === undefined) return
  const { gets } = desk
  const { data, status } = await sendByClient(url, call)
  expect([status, desk.gets], `the client sends ${JSON.stringify(call)}`).toEqual([
    got.status,
    gets,
  ])
  if (got.status < 400 && got.text !== '') expect(data).toEqual(parsed(got.text))
}

async function checkMock(url: string, contract: Compiled, one: Case, errors: unknown[]) {
  const operation = operationOf(Object.values(contract.operations), one)
  const sent = sentBy(one)
  const isRejected = !reachesHandler(one)
  const wanted = isRejected ? {} : { prefer: 'dynamic=true' }
  for (const prefer of [{}, wanted]) {
    errors.length = 0
    const headers = { ...sent.headers, ...prefer }
    const { status, text } = await sendRaw(url, { ...sent, headers })
    const shown = `${one.send} answers ${text} ${errors}`
    if (isRejected) expect(status, shown).toBe(expectedOf(one, { status: 0 }).status)
    else expect(operation && responseKey(operation, status), shown).toBeDefined()
  }
}

function expectedOf({ answers }: Case, returns: { status: number; body?: unknown }): Answer {
  if (typeof answers === 'number') return { status: answers }
  const body = 'body' in returns ? { body: returns.body } : {}
  return { status: returns.status, ...body, ...answers }
}

const reachesHandler = ({ answers, returns, throws }: Case) => {
  const status = typeof answers === 'object' ? answers.status : answers
  return (returns ?? throws) !== undefined || status === undefined || status < 400
}

function sentBy({ send, headers = {}, body }: Case): Sent {
  const [method = '', path = ''] = send.split(' ')
  const isJson = body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)
  const type = isJson ? { 'content-type': 'application/json' } : {}
  const given = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === 'number' ? String(value) : value] as const],
  )
  return {
    ...{ method, path },
    headers: { ...type, ...Object.fromEntries(given) },
    body: isJson ? JSON.stringify(body) : (body as string | Uint8Array | undefined),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function pointersOf(text: string): unknown[] {
  const { errors = [] } = parsed(text) as { errors?: { pointer: string }[] }
  return errors.map((it) => it.pointer)
}
