// What an adopted service has of this repository. tests/slow/commands/adopt.test.ts adopts whole contracts.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { namesOf } from '../scripts/adopt/names.ts'
import { copyTemplate } from '../scripts/adopt/template.ts'
import type { Document } from '../scripts/contract/document.ts'

const titled = (title: string) => ({ info: { title } }) as Document

it('an adopted service gets the engine and the tools under its own names', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'adopt-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  // It throws where a text to change is not in its file any more.
  await copyTemplate(process.cwd(), folder, namesOf(titled('The Pet Store'), undefined))
  const text = (path: string) => readFile(join(folder, path), 'utf8')
  const { name, description, scripts } = JSON.parse(await text('package.json'))
  expect([name, description]).toEqual(['the-pet-store', 'The Pet Store'])
  expect(Object.keys(scripts)).toEqual(
    expect.arrayContaining(['dev', 'check', 'test', 'mock', 'build', 'start', 'migrate', 'doctor']),
  )
  expect(Object.keys(scripts)).not.toContain('create-superuser')
  expect(await text('src/config/names.ts')).toContain("databaseName = 'the_pet_store'")
  expect(await text('deploy/compose.yaml')).toContain('image: the-pet-store:')
  for (const path of ['scripts/mock/mock.ts', 'scripts/codegen.ts', 'src/worker-app.ts']) {
    expect(await text(path), path).not.toMatch(/features\/|login|generatedPages/)
  }
})

it.each([
  ['Swagger Petstore - OpenAPI 3.0', 'swagger-petstore-open-api-3-0'],
  ['Café', 'cafe'],
  ['ペット', 'service'],
])('a service is named after the title %s', (title, name) => {
  expect(namesOf(titled(title)).name).toBe(name)
})
