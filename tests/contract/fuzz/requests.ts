// Requests from the contract: all parts valid, or one of them broken in one place.
import fc from 'fast-check'
import {
  type Document,
  type DocumentedOperation,
  follow,
  type Parameter,
  type Schema,
} from '../../../scripts/contract/document.ts'
import type { Sent } from '../suite/requests.ts'
import { bodiesOf, type SentBody } from './bodies.ts'
import type { Generators } from './values.ts'

export interface Attempt {
  readonly sent: Sent
  /** What is broken, for people. */
  readonly broken: string
  /** Whether the broken part names the owner: the service may then answer 403 or 404 first. */
  readonly isOwner: boolean
}

type Texts = Readonly<Record<string, string>>

/** What cannot stand in a header line reaches no validator. */
const cookieSafe = /^[!#-+\--:<-[\]-~]*$/
const headerSafe = /^[\t\x20-\x7e]*$/

export class Requests {
  readonly #document: Document
  readonly #generators: Generators
  /** Parts of concrete paths: as a parameter they would mean another operation. */
  readonly #words: ReadonlySet<string>

  constructor(document: Document, generators: Generators) {
    this.#document = document
    this.#generators = generators
    this.#words = new Set(Object.keys(document.paths).flatMap((it) => it.split('/')))
  }

  /** @param own the values of path parameters that are the caller's. */
  valid(found: DocumentedOperation, own: Texts): fc.Arbitrary<Sent> {
    return this.#complete(found, own, 'sometimes')
  }

  #complete(found: DocumentedOperation, own: Texts, when: 'always' | 'sometimes') {
    return fc
      .record({
        params: this.#texts(found, 'path', own, when),
        query: this.#query(found),
        headers: fc
          .tuple(this.#texts(found, 'header'), this.#texts(found, 'cookie'))
          .map(([headers, cookies]) => ({ ...headers, ...asHeader(cookies) })),
        body: this.#body(found, 'valid'),
      })
      .map(asSent)
  }

  /** Undefined where nothing of the operation can be broken but by unknown parameters. */
  broken(found: DocumentedOperation, own: Texts): fc.Arbitrary<Attempt> {
    const valid = this.#complete(found, own, 'always')
    const parameters = found.parameters.map((it) => this.#brokenParameter(it, valid, found))
    const unknown = fc
      .tuple(valid, fc.constantFrom('unknown', '__proto__', 'constructor', ' '))
      .map(([sent, name]): Attempt => {
        const query = [sent.query, `${encodeURIComponent(name)}=1`].filter(Boolean).join('&')
        return { sent: { ...sent, query }, broken: `the unknown parameter ${name}`, isOwner: false }
      })
    const { requestBody } = found.operation
    const isOptional = requestBody && !follow(this.#document, requestBody).required
    // No bytes are no body, and nothing but separators is an empty form: valid where the body is optional.
    const bad = this.#body(found, 'broken').filter(
      ({ body = '' }) => !isOptional || !/^&*$/.test(body),
    )
    const body = fc.tuple(valid, bad).map(([sent, it]) => ({
      sent: { ...sent, ...it, headers: { ...sent.headers, ...it.headers } },
      broken: 'the body',
      isOwner: false,
    }))
    const hasBody = requestBody !== undefined
    return fc.oneof(unknown, ...parameters, ...(hasBody ? [body] : []))
  }

  #brokenParameter(
    parameter: Parameter,
    valid: fc.Arbitrary<Sent>,
    { operation }: DocumentedOperation,
  ): fc.Arbitrary<Attempt> {
    const { name, in: place, schema } = parameter
    const { items = schema } = follow<Schema>(this.#document, schema)
    const bad = this.#generators
      .broken(items)
      .filter((it) => typeof it === 'string' && it !== '' && this.#isSendable(place, it))
    return fc.tuple(valid, bad as fc.Arbitrary<string>).map(([sent, value]): Attempt => {
      const broken = `${name} in ${place}`
      const isOwner = operation['x-owner'] === name
      if (place === 'path') {
        return { sent: { ...sent, params: { ...sent.params, [name]: value } }, broken, isOwner }
      }
      if (place === 'header') {
        return { sent: { ...sent, headers: { ...sent.headers, [name]: value } }, broken, isOwner }
      }
      if (place === 'cookie') {
        const headers = { ...sent.headers, ...asHeader({ [name]: value }) }
        return { sent: { ...sent, headers }, broken, isOwner }
      }
      const query = new URLSearchParams(sent.query)
      query.set(name, value)
      return { sent: { ...sent, query: query.toString() }, broken, isOwner }
    })
  }

  /** Lists are exploded. A cursor is left out: it is valid only where a list has issued it. */
  #query({ parameters }: DocumentedOperation): fc.Arbitrary<string> {
    const listed = parameters.filter((it) => it.in === 'query' && it.name !== 'cursor')
    const pairs = listed.map(({ name, schema, required }) => {
      const values = this.#generators
        .valid(schema)
        .map((it) => [it].flat().map((one): [string, string] => [name, String(one)]))
        .filter((it) => it.every(([, text]) => text.isWellFormed()))
      return required ? values : fc.option(values, { nil: [] })
    })
    return fc.tuple(...pairs).map((it) => new URLSearchParams(it.flat()).toString())
  }

  #texts(
    found: DocumentedOperation,
    place: Parameter['in'],
    own: Texts = {},
    when: 'always' | 'sometimes' = 'sometimes',
  ): fc.Arbitrary<Texts> {
    const listed = found.parameters.filter((it) => it.in === place)
    const required = listed.filter((it) => it.required).map((it) => it.name)
    const entries = listed.map((it) => [it.name, this.#text(it, own[it.name], when)])
    const all: Record<string, fc.Arbitrary<string>> = Object.fromEntries(entries)
    return fc.record(all, { requiredKeys: required as never[] }) as fc.Arbitrary<Texts>
  }

  #text(
    { in: place, schema }: Parameter,
    own: string | undefined,
    when: 'always' | 'sometimes',
  ): fc.Arbitrary<string> {
    const texts = this.#generators.valid(schema).map(String)
    const sendable = texts.filter((it) => this.#isSendable(place, it))
    if (own === undefined) return sendable
    return when === 'always' ? fc.constant(own) : fc.oneof(sendable, fc.constant(own))
  }

  /**
   * A path has no empty part and none of dots; a header no control characters or space around it; a
   * cookie what RFC 6265, section 4.1.1, lets it have.
   */
  #isSendable(place: Parameter['in'], text: string): boolean {
    if (!text.isWellFormed()) return false
    if (place === 'header') return headerSafe.test(text) && text === text.trim()
    if (place === 'cookie') return cookieSafe.test(text)
    if (place === 'path') return !this.#words.has(text) && !/^\.{0,2}$/.test(text)
    return true
  }

  #body(found: DocumentedOperation, kind: 'valid' | 'broken'): fc.Arbitrary<SentBody> {
    return bodiesOf(this.#document, this.#generators, found, kind)
  }
}

function asHeader(cookies: Texts): Texts {
  const pairs = Object.entries(cookies).map(([name, value]) => `${name}=${value}`)
  return pairs.length > 0 ? { cookie: pairs.join('; ') } : {}
}

function asSent({
  params,
  query,
  headers,
  body,
}: {
  params: Texts
  query: string
  headers: Texts
  body: SentBody
}): Sent {
  return { params, query, ...body, headers: { ...headers, ...body.headers } }
}
