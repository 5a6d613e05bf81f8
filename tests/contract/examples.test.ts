// The examples of the contract keep the contract: they are what the mock answers and the docs show.
import { describe, expect, it } from 'vitest'
import document from '../../generated/openapi.json' with { type: 'json' }
import { validators } from '../../generated/validators.js'
import {
  type Document,
  eachOperation,
  follow,
  type MediaType,
} from '../../scripts/contract/document.ts'
import type { Validator, ValidatorTable } from '../../src/engine/operation.ts'

const contract = document as unknown as Document

type Named = readonly [name: string, value: unknown, validate: Validator | undefined]

function examplesOf(place: string, media: MediaType, validate: Validator | undefined): Named[] {
  const named = Object.entries(media.examples ?? {}) as [string, { value: unknown }][]
  return named.map(([name, { value }]) => [`${place} ${name}`, value, validate])
}

const all = [...eachOperation(contract)].flatMap(({ operation }): Named[] => {
  const { operationId: id, requestBody, responses } = operation
  const own = (validators as ValidatorTable)[id]
  const body = requestBody && follow(contract, requestBody)
  const sent = Object.entries(body?.content ?? {}).flatMap(([type, media]) =>
    examplesOf(`${id} ${type}`, media, own?.body[type]),
  )
  const answered = Object.entries(responses).flatMap(([status, response]) =>
    Object.values(follow(contract, response).content ?? {}).flatMap((media) =>
      // The engine has no response `default`: a problem document is like that of a 422.
      examplesOf(`${id} ${status}`, media, own?.responses[status === 'default' ? 422 : status]),
    ),
  )
  return [...sent, ...answered]
})

describe('the example', () => {
  it.each(all)('%s is valid', (_, value, validate) => {
    // Validators fill in defaults: the example itself stays as it is.
    const copy = structuredClone(value)
    expect(validate?.(copy) ? [] : (validate?.errors ?? 'nothing validates it')).toEqual([])
  })

  it.each(all.filter(([name]) => / [45]\d\d /.test(name)))(
    '%s has its own status',
    (name, value) => {
      expect((value as { status: number }).status).toBe(Number(/ (\d{3}) /.exec(name)?.[1]))
    },
  )
})
