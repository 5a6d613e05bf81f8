// The cache as jobs and scripts use it: the same store and the same promise as for requests.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { send, serveNotes } from '../support/notes.ts'
import { until } from '../support/until.ts'

let service: Awaited<ReturnType<typeof serveNotes>>
/** A script beside the service. */
let script: typeof service

beforeAll(async () => {
  const redisPort = inject('redisPort')
  service = await serveNotes({ redisPort })
  script = await serveNotes({ redisPort, prefix: service.prefix, notes: service.notes })
})
afterAll(async () => {
  await script.stop()
  await service.stop()
})

const get = (path: string) => send(service.url, 'GET', path)
const put = (path: string, text: string) => send(service.url, 'PUT', path, { body: { text } })
const load = (noteId: string) => async () => service.notes.get(noteId)

describe('cached', () => {
  it('loads once, until a request changes what it shows', async () => {
    const { cache } = script
    const note = { text: 'One' }
    await put('/notes/once', 'One')
    let loads = 0
    const count = async () => {
      loads++
      return service.notes.get('once')
    }
    expect(await cache.cached('getNote', { noteId: 'once' }, count)).toEqual(note)
    expect(await cache.cached('getNote', { noteId: 'once' }, count)).toEqual(note)
    expect(loads).toBe(1)
    await put('/notes/once', 'Changed')
    const changed = await cache.cached('getNote', { noteId: 'once' }, count)
    expect([changed?.text, loads]).toEqual(['Changed', 2])
  })

  it('loads once for all who ask at once, and again for those who ask after a change', async () => {
    const { cache } = script
    let loads = 0
    let finish = () => {}
    const finished = new Promise<void>((resolve) => {
      finish = resolve
    })
    const slow = async () => {
      loads++
      await finished
      return { text: 'slow' }
    }
    const ask = () => cache.cached('getNote', { noteId: 'slow' }, slow)
    const early = Array.from({ length: 10 }, ask)
    await until('the first load', () => loads || undefined)
    await cache.invalidate('getNote', { noteId: 'slow' })
    const late = ask()
    await until('the second load', () => (loads > 1 ? loads : undefined))
    finish()
    for (const found of await Promise.all([...early, late])) expect(found).toEqual({ text: 'slow' })
    expect(loads).toBe(2)
  })

  it('returns undefined and never keeps it', async () => {
    let loads = 0
    const nothing = async () => {
      loads++
      return undefined
    }
    const ask = () => script.cache.cached('getNote', { noteId: 'none' }, nothing)
    expect([await ask(), await ask(), loads]).toEqual([undefined, undefined, 2])
  })

  it('fails as loading fails, and the next call loads again', async () => {
    const params = { noteId: 'broken' }
    const broken = () => Promise.reject(new Error('no luck'))
    await expect(script.cache.cached('getNote', params, broken)).rejects.toThrow('no luck')
    expect(await script.cache.cached('getNote', params, load('broken'))).toBeUndefined()
  })
})

describe('invalidate', () => {
  it.each([
    ['all responses of an operation', undefined],
    ['those with a path parameter', { noteId: 'dropped' }],
  ])('drops %s for the requests too', async (_, params) => {
    await put('/notes/dropped', 'One')
    await get('/notes/dropped')
    service.notes.set('dropped', { text: 'By a script' })
    expect((await get('/notes/dropped')).body).toEqual({ text: 'One' })
    await script.cache.invalidate('getNote', params)
    expect((await get('/notes/dropped')).body).toEqual({ text: 'By a script' })
  })

  it('names the parameters that an operation has, where the compiler could not', async () => {
    const params = { title: 'x' } as unknown as { noteId: string }
    await expect(script.cache.invalidate('getNote', params)).rejects.toThrow(
      'getNote is invalidated by { noteId }, not by { title }',
    )
  })
})
