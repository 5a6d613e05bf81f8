// Runs the JSON Schema test suite (draft 2020-12, the required part) on validators that are compiled with
// the options and the conversion of codegen. See json-schema-suite/LICENSE.
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { createAjv, forAjv } from '../../../scripts/contract/ajv.ts'
import type { Schema } from '../../../scripts/contract/document.ts'
import { toyDocument } from '../../support/toy-contract.ts'

interface Group {
  readonly description: string
  readonly schema: Schema
  readonly tests: readonly { description: string; data: unknown; valid: boolean }[]
}

const folder = fileURLToPath(new URL('json-schema-suite/', import.meta.url))
const document = toyDocument({}, { Any: { unevaluatedItems: {}, unevaluatedProperties: true } })

/** What fails, as the beginning of "file: group: test", by the reason. */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  'formats are checked': [
    'format.json: email format: invalid email string is only an annotation by default',
    'format.json: regex format: invalid regex string is only an annotation by default',
    'format.json: ipv4 format: invalid ipv4 string is only an annotation by default',
    'format.json: ipv6 format: invalid ipv6 string is only an annotation by default',
    'format.json: hostname format: invalid hostname string is only an annotation by default',
    'format.json: date format: invalid date string is only an annotation by default',
    'format.json: date-time format: invalid date-time string is only an annotation by default',
    'format.json: time format: invalid time string is only an annotation by default',
    'format.json: json-pointer format: invalid json-pointer string is only an annotation by default',
    'format.json: relative-json-pointer format: invalid relative-json-pointer string is only an annotation by default',
    'format.json: uri format: invalid uri string is only an annotation by default',
    'format.json: uri-reference format: invalid uri-reference string is only an annotation by default',
    'format.json: uri-template format: invalid uri-template string is only an annotation by default',
    'format.json: uuid format: invalid uuid string is only an annotation by default',
    'format.json: duration format: invalid duration string is only an annotation by default',
  ],
  '$dynamicRef works within one schema only; the lint refuses it': [
    'dynamicRef.json: A $dynamicRef to a $dynamicAnchor in the same schema resource behaves like a normal $ref to an $anchor: An array of strings is valid',
    'dynamicRef.json: A $dynamicRef to an $anchor in the same schema resource behaves like a normal $ref to an $anchor: An array of strings is valid',
    'dynamicRef.json: A $dynamicRef resolves to the first $dynamicAnchor still in scope that is encountered when the schema is evaluated: An array of strings is valid',
    'dynamicRef.json: A $dynamicRef without anchor in fragment behaves identical to $ref: An array of numbers is valid',
    "dynamicRef.json: A $dynamicRef with intermediate scopes that don't include a matching $dynamicAnchor does not affect dynamic scope resolution: An array of strings is valid",
    'dynamicRef.json: An $anchor with the same name as a $dynamicAnchor is not used for dynamic scope resolution: Any array is valid',
    'dynamicRef.json: A $dynamicRef without a matching $dynamicAnchor in the same schema resource behaves like a normal $ref to $anchor: Any array is valid',
    'dynamicRef.json: A $dynamicRef with a non-matching $dynamicAnchor in the same schema resource behaves like a normal $ref to $anchor: Any array is valid',
    'dynamicRef.json: A $dynamicRef that initially resolves to a schema with a matching $dynamicAnchor resolves to the first $dynamicAnchor in the dynamic scope',
    'dynamicRef.json: A $dynamicRef that initially resolves to a schema without a matching $dynamicAnchor behaves like a normal $ref to $anchor',
    'dynamicRef.json: multiple dynamic paths to the $dynamicRef keyword: number list with string values',
    'dynamicRef.json: multiple dynamic paths to the $dynamicRef keyword: string list with number values',
    'dynamicRef.json: after leaving a dynamic scope, it is not used by a $dynamicRef',
    'dynamicRef.json: tests for implementation dynamic anchor and reference link: correct extended schema',
    'dynamicRef.json: $ref and $dynamicAnchor are independent of order - $defs first: correct extended schema',
    'dynamicRef.json: $ref and $dynamicAnchor are independent of order - $ref first: correct extended schema',
    'dynamicRef.json: $ref to $dynamicRef finds detached $dynamicAnchor',
    'dynamicRef.json: $dynamicRef points to a boolean schema: follow $dynamicRef to a false schema',
    'dynamicRef.json: $dynamicRef skips over intermediate resources - direct reference: integer property passes',
    'dynamicRef.json: $dynamicRef avoids the root of each schema, but scopes are still registered',
    'unevaluatedItems.json: unevaluatedItems with $dynamicRef',
    'unevaluatedProperties.json: unevaluatedProperties with $dynamicRef',
  ],
  '$id inside a schema is not supported; the lint refuses it': [
    'ref.json: refs with relative uris and defs',
    'ref.json: relative refs with absolute uris and defs',
    'ref.json: URN ref with nested pointer ref',
  ],
  'vocabularies are those of OpenAPI; the lint refuses $schema': [
    'vocabulary.json: schema that uses custom',
    'vocabulary.json: ignore unrecognized optional vocabulary',
  ],
  'Ajv forgets what contains and nested items have evaluated; the lint refuses unevaluatedItems': [
    'unevaluatedItems.json: unevaluatedItems with nested items: with no additional items',
    'unevaluatedItems.json: unevaluatedItems with nested items: with invalid additional item',
    'unevaluatedItems.json: unevaluatedItems depends on adjacent contains: contains passes, second item is not evaluated',
    'unevaluatedItems.json: unevaluatedItems depends on multiple nested contains: 7 not evaluated, fails unevaluatedItems',
    "unevaluatedItems.json: unevaluatedItems and contains interact to control item dependency relationship: only b's are invalid",
    "unevaluatedItems.json: unevaluatedItems and contains interact to control item dependency relationship: only c's are invalid",
    "unevaluatedItems.json: unevaluatedItems and contains interact to control item dependency relationship: only b's and c's are invalid",
    "unevaluatedItems.json: unevaluatedItems and contains interact to control item dependency relationship: only a's and c's are invalid",
    'unevaluatedItems.json: unevaluatedItems with minContains = 0: all items evaluated by contains',
  ],
  'Ajv ignores an if without then or else; the lint refuses it': [
    'unevaluatedItems.json: unevaluatedItems can see annotations from if without then and else: valid in case if is evaluated',
    'unevaluatedProperties.json: unevaluatedProperties with if/then/else, then not defined: when if is true and has no unevaluated properties',
    'unevaluatedProperties.json: unevaluatedProperties with if/then/else, then not defined: when if is false and has unevaluated properties',
    'unevaluatedProperties.json: unevaluatedProperties can see annotations from if without then and else: valid in case if is evaluated',
  ],
  'an inherited property counts as present; the lint refuses such names': [
    'properties.json: properties whose names are Javascript object property names: none of the properties mentioned',
    'required.json: required properties whose names are Javascript object property names: none of the properties mentioned',
    'required.json: required properties whose names are Javascript object property names: __proto__ present',
    'required.json: required properties whose names are Javascript object property names: toString present',
    'required.json: required properties whose names are Javascript object property names: constructor present',
  ],
  'an empty enum accepts nothing; Ajv refuses to compile it': ['enum.json: empty enum'],
}

/** The same for formats. */
const formatExceptions: Readonly<Record<string, readonly string[]>> = {
  'a date-time is upper case, without leap seconds, in nanoseconds at most': [
    'date-time.json: validation of date-time strings: a valid date-time with a leap second, UTC',
    'date-time.json: validation of date-time strings: a valid date-time with a leap second, with minus offset',
    'date-time.json: validation of date-time strings: case-insensitive T and Z',
    'date-time.json: validation of date-time strings: a second fraction of fifteen nines is valid',
  ],
  'an email address has neither quotes nor the address of a host': [
    'email.json: validation of e-mail addresses: a quoted string with',
    'email.json: validation of e-mail addresses: an IPv4-address-literal after the @ is valid',
    'email.json: validation of e-mail addresses: an IPv6-address-literal after the @ is valid',
  ],
  'what ajv-formats takes or refuses': [
    'duration.json: validation of duration strings: years and days cannot appear without months',
    'duration.json: validation of duration strings: hours and seconds cannot appear without minutes',
    'hostname.json: validation of host names: trailing dot',
    'hostname.json: validation of A-label (punycode) host names: ',
    'uri-reference.json: validation of URI References: a double quote in a path',
    'uri-reference.json: validation of URI References: square brackets outside an authority',
    'uri-reference.json: validation of URI References: a non-numeric port in a network-path reference',
    'uri-reference.json: validation of URI References: more than one at-sign in the authority',
    'uri-reference.json: validation of URI References: a leading zero in the IPv4 part of an IPv6 literal',
    'uri-reference.json: validation of URI References: a colon in the first segment of a relative-path reference',
    'uri-template.json: format: uri-template: a dotted variable name is valid',
    'uri-template.json: format: uri-template: a delete character in a literal is invalid',
    'uri-template.json: format: uri-template: an apostrophe in a literal is valid',
    'uri.json: validation of URIs: non-numeric port is invalid',
    'uri.json: validation of URIs: leading zero in an embedded IPv4 address is invalid',
    'uri.json: validation of URIs: square brackets are not allowed in a path segment',
  ],
}

async function readJson(file: string) {
  return JSON.parse(await readFile(folder + file, 'utf8'))
}

async function remotes() {
  const names = await readdir(`${folder}remotes`, { recursive: true })
  const files = names.filter((it) => it.endsWith('.json'))
  return Promise.all(
    files.map(async (it) => ({
      url: `http://localhost:1234/draft2020-12/${it}`,
      schema: await readJson(`remotes/${it}`),
    })),
  )
}

function failures(file: string, group: Group, known: Awaited<ReturnType<typeof remotes>>) {
  const name = `${file}: ${group.description}`
  try {
    const ajv = createAjv(document)
    const isRemote = JSON.stringify(group.schema).includes('localhost:1234')
    for (const { url, schema } of isRemote ? known : []) {
      if (!JSON.stringify(schema).includes('$vocabulary'))
        ajv.addSchema(forAjv(document, schema), url)
    }
    const validate = ajv.compile(forAjv(document, group.schema))
    return group.tests
      .filter(({ data, valid }) => validate(data) !== valid)
      .map(({ description }) => `${name}: ${description}`)
  } catch (error) {
    return [`${name} (${error instanceof Error ? error.message : error})`]
  }
}

/** Expects the listed exceptions to fail, and nothing else. */
async function expectToPass(part: string, listed: readonly string[]) {
  const known = await remotes()
  const failed: string[] = []
  for (const file of await readdir(folder + part)) {
    const groups: Group[] = await readJson(`${part}/${file}`)
    for (const group of groups) failed.push(...failures(file, group, known))
  }
  expect(failed.filter((it) => !listed.some((name) => it.startsWith(name)))).toEqual([])
  expect(listed.filter((name) => !failed.some((it) => it.startsWith(name)))).toEqual([])
}

it('passes the JSON Schema test suite, but for the listed exceptions', async () => {
  await expectToPass('tests', Object.values(exceptions).flat())
}, 120_000)

it('passes the tests of the standard formats, but for the listed exceptions', async () => {
  await expectToPass('formats', Object.values(formatExceptions).flat())
}, 120_000)
