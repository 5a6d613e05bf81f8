// A document of any team in the form that the generators read.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { generateFiles } from '../../scripts/codegen.ts'
import { readContract } from '../../scripts/contract/bundle.ts'
import { type Document, eachOperation, follow } from '../../scripts/contract/document.ts'
import { normalize } from '../../scripts/contract/normalize.ts'

type Fields = Record<string, unknown>

const info = { title: 'Pets', version: '1' }
const responses = { 204: { description: 'Nothing' } }

/** Returns a normalized document with these paths and other fields. */
function normalized(paths: Record<string, Fields>, fields: Fields = {}): Document {
  return normalize({ openapi: '3.1.0', info, paths, ...fields } as Parameters<typeof normalize>[0])
}

const idsOf = (document: Document) =>
  [...eachOperation(document)].map((it) => it.operation.operationId)

describe('the names of handlers', () => {
  const named = (...ids: (string | undefined)[]) =>
    idsOf(
      normalized(
        Object.fromEntries(
          ids.map((operationId, index) => [
            `/things/${index}`,
            { get: { ...(operationId !== undefined && { operationId }), responses } },
          ]),
        ),
      ),
    )

  it('are the operationIds where these are names', () => {
    expect(named('getPet', 'ListPets', '_find', 'delete')).toEqual([
      ...['getPet', 'ListPets', '_find', 'delete'],
    ])
  })

  it('are written from operationIds of any other style', () => {
    expect(named('repos/get-content', 'pets.list', 'Get a pet!', '2fa', '***')).toEqual([
      ...['reposGetContent', 'petsList', 'getAPet', 'operation2fa', 'operation'],
    ])
  })

  it('are no members that each object has', () => {
    expect(named('constructor', '__proto__', 'to-string')).toEqual([
      ...['operationConstructor', 'proto', 'operationToString'],
    ])
  })

  it('are unique, and an operationId that is a name keeps it', () => {
    expect(named('get-pet', 'getPet', 'GetPet', 'get.pet', 'getPet')).toEqual([
      ...['getPet4', 'getPet', 'GetPet2', 'getPet5', 'getPet3'],
    ])
  })

  it('follow from method and path where there is no operationId', () => {
    const get = { responses }
    const paths = {
      '/': { get },
      '/pets/{pet-id}': { get, delete: get },
      '/pets/{petId}/photos.zip': { get },
    }
    expect(idsOf(normalized(paths))).toEqual([
      ...['get', 'getPetsByPetId', 'deletePetsByPetId', 'getPetsByPetIdPhotosZip'],
    ])
  })

  it('stay the same when the document gets another operation', () => {
    const before = { '/pets': { get: { responses } } }
    const more = { '/cats': { get: { responses } }, ...before }
    expect(idsOf(normalized(before))).toEqual(['getPets'])
    expect(idsOf(normalized(more))).toEqual(['getCats', 'getPets'])
  })

  it('stand in x-invalidates too', () => {
    const { paths } = normalized({
      '/pets': {
        get: { operationId: 'pets/list', responses },
        post: { operationId: 'pets/create', 'x-invalidates': ['pets/list'], responses },
      },
    })
    expect(paths['/pets']?.post?.['x-invalidates']).toEqual(['petsList'])
  })

  it('compile, while the served document has the operationIds of its source', async () => {
    const post = { operationId: 'pets/create', 'x-invalidates': ['pets/list'], responses }
    const get = { operationId: 'pets/list', responses }
    const files = await generateFiles(normalized({ '/pets': { get, post } }))
    expect(JSON.parse(files['openapi.json'] ?? '').paths).toMatchObject({ '/pets': { get, post } })
    expect(files['openapi.json']).not.toContain('petsList')
    expect(files['types.d.ts']).toContain('readonly petsList: PetsList')
    expect(files['openapi.d.ts']).toContain('petsList: {')
  })
})

describe('what a document may say elsewhere', () => {
  it('keys of other tools among the paths are no paths', () => {
    const document = normalized({ 'x-notes': null as never, '/pets': { get: { responses } } })
    expect(Object.keys(document.paths)).toEqual(['/pets'])
  })

  it('the security of the document applies to an operation without its own', () => {
    const { paths } = normalized(
      { '/pets': { get: { responses }, put: { security: [], responses } } },
      { security: [{ key: [] }] },
    )
    expect([paths['/pets']?.get?.security, paths['/pets']?.put?.security]).toEqual([
      [{ key: [] }],
      [],
    ])
  })

  it('an operation of a document without any security is open', () => {
    expect(normalized({ '/pets': { get: { responses } } }).paths['/pets']?.get?.security).toEqual(
      [],
    )
  })

  it('a path item may be a component, and each path has its own operations', () => {
    const pathItems = { Pet: { get: { operationId: 'getPet', responses } } }
    const reference = { $ref: '#/components/pathItems/Pet' }
    const paths = { '/pet': reference, '/cat': reference }
    expect(idsOf(normalized(paths, { components: { pathItems } }))).toEqual(['getPet', 'getPet2'])
  })

  it('a parameter of an operation replaces that of its path item', () => {
    const parameter = (name: string, type: string) => ({ name, in: 'query', schema: { type } })
    const document = normalized(
      {
        '/pets': {
          parameters: [parameter('limit', 'string'), { $ref: '#/components/parameters/Sort' }],
          get: { parameters: [parameter('limit', 'integer')], responses },
        },
      },
      { components: { parameters: { Sort: parameter('sort', 'string') } } },
    )
    const [found] = eachOperation(document)
    expect(found?.parameters).toEqual([parameter('limit', 'integer'), parameter('sort', 'string')])
  })

  it('a document may have no paths and no components', () => {
    const document = normalize({ openapi: '3.1.0', info })
    expect(document).toMatchObject({ paths: {}, components: { schemas: {}, securitySchemes: {} } })
  })
})

it('components whose names OpenAPI does not allow get others', () => {
  const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` })
  const document = normalized(
    { '/pets': { get: { responses: { default: ref('responses', 'No%20pet') } } } },
    {
      components: {
        schemas: {
          'Page«Pet»': { properties: { default: ref('schemas', 'constructor') } },
          Page_Pet_: { type: 'string' },
          constructor: { oneOf: [ref('schemas', 'Page«Pet»')], enum: [{ $ref: 'Page«Pet»' }] },
        },
        responses: { 'No pet': { description: 'None' } },
      },
    },
  )
  expect(document.components.schemas).toEqual({
    Page_Pet_2: { properties: { default: ref('schemas', 'constructor_') } },
    Page_Pet_: { type: 'string' },
    constructor_: { oneOf: [ref('schemas', 'Page_Pet_2')], enum: [{ $ref: 'Page«Pet»' }] },
  })
  expect(document.paths['/pets']?.get?.responses).toEqual({ default: ref('responses', 'No_pet') })
})

describe('a reference', () => {
  const document = normalized({})
  document.components.schemas['A b/c'] = { type: 'string' }

  it.each(['#/components/schemas/A%20b~1c', '#/components/schemas/A b~1c'])(
    'of %s is followed',
    ($ref) => {
      expect(follow(document, { $ref })).toEqual({ type: 'string' })
    },
  )

  it('that leads nowhere, or back to itself, is named', () => {
    const loop = { $ref: '#/components/schemas/Loop' }
    const looping = normalized({}, { components: { schemas: { Loop: loop } } })
    expect(() => follow(looping, { $ref: loop.$ref })).toThrow(loop.$ref)
    expect(() => follow(document, { $ref: '#/components/schemas/constructor' })).toThrow(
      'which does not exist',
    )
  })
})

it.each([
  [{ type: 'object', properties: {} }, false, false],
  [{ type: 'object', properties: {} }, true, true],
  [{ type: 'object', properties: { a: {} } }, false, true],
  [{ type: 'string' }, false, true],
])('a body %j of a GET, with required: %j, is kept: %j', (schema, required, isKept) => {
  const requestBody = { required, content: { 'application/x-www-form-urlencoded': { schema } } }
  const paths = { '/pets': { get: { requestBody, responses } } }
  const document = normalize({ openapi: '3.1.0', info, paths } as never)
  expect(document.paths['/pets']?.get?.requestBody !== undefined).toBe(isKept)
})

describe('the files of a document', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'documents-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const petPath = { get: { responses } }

  it.each([
    ['one YAML file', 'pets.yaml', stringify],
    ['one JSON file', 'pets.json', JSON.stringify],
  ])('may be %s in any folder', async (_, name, write) => {
    const file = join(folder, name)
    await writeFile(file, write({ openapi: '3.1.0', info, paths: { '/pets': petPath } }))
    expect(idsOf(await readContract(file, { expand: false }))).toEqual(['getPets'])
  })

  it('may be several', async () => {
    const paths = { '/pets': { $ref: 'pets-path.yaml' } }
    await writeFile(join(folder, 'pets-path.yaml'), stringify(petPath))
    await writeFile(join(folder, 'main.yaml'), stringify({ openapi: '3.1.0', info, paths }))
    const document = await readContract(join(folder, 'main.yaml'), { expand: false })
    expect(idsOf(document)).toEqual(['getPets'])
  })
})
