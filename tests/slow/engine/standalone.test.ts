// The types of the engine without the product: what the compiler says in a folder of its own.
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { standaloneFolder } from '../../support/standalone.ts'

let folder: Awaited<ReturnType<typeof standaloneFolder>>
let service: string

beforeAll(async () => {
  folder = await standaloneFolder()
  service = await readFile(join(folder.folder, 'service.ts'), 'utf8')
  const { compilerOptions } = JSON.parse(await readFile('tsconfig.json', 'utf8'))
  const options = { ...compilerOptions, incremental: false, tsBuildInfoFile: undefined }
  const config = { compilerOptions: options, include: ['service.ts'] }
  await writeFile(join(folder.folder, 'tsconfig.json'), JSON.stringify(config))
})
afterAll(() => folder.remove())

/** Returns what the compiler prints about the service with one text replaced. */
async function compiled(from = '', to = ''): Promise<string> {
  await writeFile(join(folder.folder, 'service.ts'), service.replace(from, to))
  const tsc = resolve('node_modules/.bin/tsc')
  const ended = await promisify(execFile)(tsc, { cwd: folder.folder }).catch((error) => error)
  return ended.stdout
}

describe('the compiler', () => {
  it('accepts the service', async () => {
    expect(await compiled()).toBe('')
  })

  it.each([
    ['a missing handler', 'getWord: (', 'getOther: (', "'getOther' does not exist in type"],
    ['a status that is not documented', 'status: 200', 'status: 201', "'201' is not assignable"],
    ['a parameter that does not exist', 'query.times', 'query.count', "'count' does not exist on"],
    [
      'a field of another type',
      'query.times)',
      'query.times).length',
      "'number' is not assignable",
    ],
  ])('names %s', async (_, from, to, message) => {
    expect(await compiled(from, to)).toContain(message)
  })
})
