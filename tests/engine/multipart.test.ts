// Multipart bodies: fields by schema, files in a folder, and nothing left of what no handler keeps.
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, readlink, rm, utimes, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { apiError, unavailable } from '../../src/engine/errors.ts'
import type { UploadedFile } from '../../src/engine/files.ts'
import { type FolderStorage, openFolderStorage } from '../../src/engine/folder-storage.ts'
import { plainEngine, serveEngine } from '../support/engine-service.ts'
import { compile, ok, toyDocument, toyOperation } from '../support/toy-contract.ts'

const binary = { type: 'string', format: 'binary' }
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['title'],
  properties: {
    title: { type: 'string', maxLength: 10 },
    count: { type: 'integer' },
    tags: { type: 'array', items: { type: 'integer' } },
    meta: { type: 'object', additionalProperties: false, properties: { id: { type: 'integer' } } },
    file: { ...binary, maxLength: 1000 },
    image: { type: 'string', contentMediaType: 'image/*' },
    files: { type: 'array', maxItems: 2, items: binary },
  },
}
const content = { 'multipart/form-data': { schema } } as never
const requestBody = { required: true, 'x-body-limit': '20kB', content }
const document = toyDocument({
  '/files': {
    post: toyOperation({
      operationId: 'createFile',
      requestBody,
      responses: ok({ type: 'string' }, 'a'),
    }),
  },
})

interface Body {
  readonly file?: UploadedFile
  readonly files?: readonly UploadedFile[]
}

let folder: string
let storage: FolderStorage
let service: Awaited<ReturnType<typeof serveEngine>>
/** What the handler does. */
let handle: (body: Body) => unknown
let body: Body | undefined
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'))
  storage = await openFolderStorage(folder)
  service = await serveEngine({
    ...plainEngine,
    ...(await compile(document)),
    strict: false,
    bodyLimit: 5000,
    files: storage,
    handlers: {
      createFile: async (request: { body: Body }) => {
        body = request.body
        return { status: 200, body: String(await handle(request.body)) }
      },
    },
  })
})
afterAll(async () => {
  agent.destroy()
  await service.stop()
  await rm(folder, { recursive: true })
})
afterEach(async () => {
  // A file is removed when the response has been sent.
  await expect.poll(stored).toEqual([])
  service.errors.length = 0
})

/** Returns all files in the folder. */
async function stored() {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found.filter((it) => it.isFile()).map((it) => it.name)
}

interface Part {
  readonly name: string
  readonly value: string | Buffer
  readonly filename?: string
  readonly type?: string
  readonly headers?: string
}

const file = (value: string | Buffer, name = 'file', filename = 'a.bin'): Part => ({
  ...{ name, filename, value },
  type: 'application/octet-stream',
})
const title: Part = { name: 'title', value: 'A' }

function multipart(parts: readonly Part[], end = '--x--\r\n') {
  const all = parts.map(({ name, value, filename, type, headers = '' }) => {
    const named = filename === undefined ? '' : `; filename="${filename}"`
    const typed = type === undefined ? '' : `Content-Type: ${type}\r\n`
    const head = `--x\r\nContent-Disposition: form-data; name="${name}"${named}\r\n${typed}${headers}\r\n`
    return Buffer.concat([Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')])
  })
  return Buffer.concat([...all, Buffer.from(end)])
}

function open(headers: Record<string, string> = {}) {
  return request(`${service.url}/toy/files`, {
    method: 'POST',
    agent,
    headers: { 'content-type': 'multipart/form-data; boundary=x', ...headers },
  })
}

function send(bytes: Buffer, headers: Record<string, string> = {}) {
  body = undefined
  return new Promise<string>((resolve, reject) => {
    const outgoing = open(headers)
    outgoing.on('response', async (response) => {
      const text = (await buffer(response)).toString()
      const { errors = [] } = response.statusCode === 422 ? JSON.parse(text) : {}
      const shown = errors.map((one: { pointer: string }) => one.pointer).join(' ')
      resolve(`${response.statusCode} ${errors.length > 0 ? shown : text}`)
    })
    outgoing.on('error', reject)
    outgoing.end(bytes)
  })
}

it('reads fields by schema, and files with their names and bytes', async () => {
  handle = async ({ file: one }) => (one ? buffer(one.stream()) : 'none')
  const parts = [
    title,
    { name: 'count', value: '3' },
    { name: 'tags', value: '1' },
    { name: 'tags', value: '2' },
    { name: 'meta', value: '{"id":1}', type: 'application/json', filename: 'blob' },
    file('bytes', 'file', '../../etc/ä.txt'),
  ]
  expect(await send(multipart(parts))).toBe('200 "bytes"')
  expect(body).toMatchObject({ title: 'A', count: 3, tags: [1, 2], meta: { id: 1 } })
  const told = { filename: 'ä.txt', mediaType: 'application/octet-stream', size: 5 }
  expect(body?.file).toMatchObject(told)
})

it('keeps the order of several files, and takes files of no bytes', async () => {
  handle = ({ files = [] }) => files.map((it) => `${it.filename} ${it.size}`)
  const parts = [title, file('abc', 'files', 'b'), file('', 'files', 'a')]
  expect(await send(multipart(parts))).toBe('200 "b 3,a 0"')
})

it('takes an input without a file for none', async () => {
  handle = ({ file: one }) => one
  expect(await send(multipart([title, file('', 'file', '')]))).toBe('200 "undefined"')
})

it('keeps a file that its handler keeps', async () => {
  handle = ({ file: one }) => one?.keep()
  const key = JSON.parse((await send(multipart([title, file('bytes')]))).slice(4))
  expect(await stored()).toEqual([key])
  expect(await readFile(join(folder, key), 'utf8')).toBe('bytes')
  expect((await buffer(storage.open(key))).toString()).toBe('bytes')
  await storage.remove(key)
})

it('removes a kept file when its handler throws an ApiError', async () => {
  handle = async ({ file: one }) => {
    await one?.keep()
    expect(await stored()).toHaveLength(1)
    throw apiError('not_found', 'No.')
  }
  expect((await send(multipart([title, file('bytes')]))).slice(0, 3)).toBe('404')
})

it.each([
  ['its handler throws an internal error', () => Promise.reject(new Error('broken')), '500'],
  ['the commit has no answer', () => Promise.reject(unavailable('Later.')), '503'],
])('leaves a kept file, which a row may name, when %s', async (_, fail, status) => {
  let key = ''
  handle = async ({ file: one }) => {
    key = (await one?.keep()) ?? ''
    return fail()
  }
  expect((await send(multipart([title, file('bytes')]))).slice(0, 3)).toBe(status)
  expect(await stored()).toEqual([key])
  await storage.remove(key)
})

const large = Buffer.alloc(1001, 'a')
it.each([
  ['that lacks a field', [file('a')], '422 /body/title'],
  ['with a field of another type', [title, { name: 'count', value: 'x' }], '422 /body/count'],
  ['with a file that is too large', [title, file(large)], '422 /body/file'],
  ['with two files for one', [title, file('a'), file('b')], '422 /body/file'],
  ['with a field twice', [title, title], '422 /body/title'],
  ['with an unknown field', [title, { name: 'other', value: '1' }], '422 /body/other'],
  ['with an unknown file', [title, file('a', 'other')], '422 /body/other'],
  ['with a file for a text', [file('a', 'title')], '422 /body/title'],
  ['with a file of another type', [title, file('a', 'image')], '422 /body/image'],
  ['with JSON that is none', [title, { name: 'meta', value: '{' }], '422 /body/meta'],
  ['with bytes for a text', [{ ...title, value: Buffer.from([0xff]) }], '422 /body/title'],
  ['with NUL in a text', [{ ...title, value: '\0' }], '422 /body/title'],
  ['called __proto__', [title, { name: '__proto__', value: '1' }], '422 /body/__proto__'],
  [
    'with too many files',
    [title, file('a', 'files'), file('b', 'files'), file('c', 'files')],
    '422 /body/files/2',
  ],
  [
    'in base64',
    [title, { ...file('YQ=='), headers: 'Content-Transfer-Encoding: base64\r\n' }],
    '422 /body/file',
  ],
])('rejects a body %s', async (_, parts, expected) => {
  handle = () => 'reached'
  const answer = await send(multipart(parts as readonly Part[]))
  expect(answer.slice(0, expected.length)).toBe(expected)
  expect(body).toBeUndefined()
  expect(service.errors).toEqual([])
})

const chunked = { 'transfer-encoding': 'chunked' }
it.each([
  ['without an end', multipart([title, file('a')], ''), {}, '400'],
  ['that ends in a file', multipart([title, file('a')], '').subarray(0, -3), {}, '400'],
  ['without a boundary', multipart([title]), { 'content-type': 'multipart/form-data' }, '400'],
  [
    'with another boundary',
    multipart([title]),
    { 'content-type': 'multipart/form-data; boundary=y' },
    '400',
  ],
  ['of nothing', Buffer.alloc(0), chunked, '400'],
  ['with parts that have no name', Buffer.from('--x\r\n\r\na\r\n--x--\r\n'), {}, '422'],
  ['over its limit', multipart([title, file(Buffer.alloc(21_000))]), chunked, '413'],
  ['with too much text', multipart([{ ...title, value: 'a'.repeat(6000) }]), chunked, '413'],
  [
    'with too many parts',
    multipart(Array(1001).fill({ name: 'a', value: '' }), '').subarray(0, 19_000),
    {},
    '4',
  ],
  [
    'with a huge header',
    multipart([{ ...title, headers: `X: ${'a'.repeat(19_000)}\r\n` }]),
    {},
    '200',
  ],
  ['of another type', multipart([title]), { 'content-type': 'multipart/mixed; boundary=x' }, '415'],
])('answers a body %s', async (_, bytes, headers, expected) => {
  handle = () => 'reached'
  const answer = await send(bytes, headers as Record<string, string>)
  expect(answer.slice(0, expected.length)).toBe(expected)
  expect(service.errors).toEqual([])
  expect(await send(multipart([title]))).toBe('200 "reached"')
})

/** Returns how many files of the folder are open in this process. */
async function openFiles() {
  const links = (await readdir('/proc/self/fd')).map((it) => readlink(`/proc/self/fd/${it}`))
  const targets = await Promise.allSettled(links)
  return targets.filter((it) => it.status === 'fulfilled' && it.value.startsWith(folder)).length
}

const onLinux = it.skipIf(process.platform !== 'linux')
onLinux('closes a file that its handler has not read to the end', async () => {
  let isOpen = 0
  handle = async ({ file: one }) => {
    one?.stream()
    const begun = one?.stream()
    await new Promise((resolve) => begun?.once('data', resolve))
    isOpen = await openFiles()
  }
  await send(multipart([title, file('bytes')]))
  expect(isOpen).toBeGreaterThan(0)
  await expect.poll(openFiles).toBe(0)
})

it('removes what has come when the client goes away', async () => {
  handle = () => 'reached'
  body = undefined
  const outgoing = open({ 'transfer-encoding': 'chunked' })
  outgoing.on('error', () => {})
  outgoing.write(multipart([title, file(Buffer.alloc(500))], '').subarray(0, -20))
  await expect.poll(stored).toHaveLength(1)
  outgoing.destroy()
  await expect.poll(stored).toEqual([])
  expect(body).toBeUndefined()
})

/** Runs a process that stores files until it is killed, and returns what it prints first. */
async function storingProcess(work: string) {
  const script = `
    import { openFolderStorage } from './src/engine/folder-storage.ts'
    const file = (await openFolderStorage(process.argv[1])).create()
    ${work}
    setInterval(() => {}, 1000)
  `
  const args = ['--import', 'tsx', '--input-type=module', '-e', script, folder]
  const child = execFile(process.execPath, args)
  const printed = await new Promise<string>((resolve) => child.stdout?.once('data', resolve))
  const kill = async () => {
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
  }
  return { printed: printed.trim(), kill }
}

const whole = multipart([title, file('bytes'), file('more', 'files')])
onLinux('leaves neither files nor open ones of bodies that end anywhere', async () => {
  handle = () => 'reached'
  for (let length = 1; length < whole.length - 2; length += 7) {
    expect((await send(whole.subarray(0, length))).slice(0, 3), `${length} bytes`).toBe('400')
    const outgoing = open({ 'content-length': String(whole.length) })
    outgoing.on('error', () => {})
    await new Promise((resolve) => outgoing.write(whole.subarray(0, length), resolve))
    outgoing.destroy()
  }
  await expect.poll(openFiles).toBe(0)
})

it('removes what a process left that was killed, and nothing of one that runs', async () => {
  const { kill } = await storingProcess("file.writable.write('part', () => console.log('written'))")
  await openFolderStorage(folder)
  expect(await stored()).toHaveLength(1)
  await kill()
  await openFolderStorage(folder)
  expect(await stored()).toEqual([])
})

it('sweeps a file of which a process was killed between keep() and its commit', async () => {
  const { printed: key, kill } = await storingProcess(
    "file.writable.end('all', async () => console.log(await file.keep()))",
  )
  await kill()
  expect(await stored()).toEqual([key])
  const nothing = async () => false
  expect(await storage.sweep(nothing), 'its row may not be committed yet').toBe(0)
  const twoHoursAgo = Date.now() / 1000 - 7200
  await utimes(join(folder, key), twoHoursAgo, twoHoursAgo)
  expect(await storage.sweep(async (it) => it === key), 'a row names it').toBe(0)
  expect(await storage.sweep(nothing)).toBe(1)
  expect(await stored()).toEqual([])
})

it('sweeps neither files of others in the folder nor files that arrive meanwhile', async () => {
  const path = join(folder, 'README')
  await writeFile(path, 'not of this storage')
  await utimes(path, 0, 0)
  let swept: number | undefined
  handle = async ({ file: one }) => {
    swept = await storage.sweep(async () => false)
    return one?.size
  }
  expect(await send(multipart([title, file('bytes')]))).toBe('200 "5"')
  expect(swept).toBe(0)
  expect(await stored()).toEqual(['README'])
  await rm(path)
})
