// A page of another origin in a real browser, against the service and against the mock: it logs in with
// cookies, writes, sees its own write at once, and is still logged in after a reload.
// Slow because it starts a browser.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import { startMock } from '../../../scripts/mock/mock.ts'
import { loadConfig } from '../../../src/config/config.ts'
import { useBrowser, watchPage } from '../../support/browser.ts'
import { password, person, tokenOf } from '../../support/builders.ts'
import { useFrontend } from '../../support/frontend.ts'
import { startService, useService } from '../../support/service.ts'

const service = useService()
const browser = useBrowser()
const frontend = useFrontend()

async function logIn(page: Page, username: string) {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('button', { name: 'Log out' }).waitFor()
}

/** Opens the page in a profile of its own; it may send requests to itself and the API alone. */
async function openPage(api: string) {
  const page = await browser.newPage()
  const url = frontend.url(api)
  const places = [frontend.origin, new URL(url).searchParams.get('api') ?? '']
  const watched = watchPage(page, ...places)
  await page.goto(url)
  return { page, watched }
}

/** What the browser itself says of a 401, which a page that is not logged in has to expect. */
const unauthenticated = /^Failed to load resource: .* 401 /

it('a page whose host name is another site gets no cookie, and the log says why', async () => {
  const running = await startService(service.env)
  const { username } = await person(service)
  const page = await browser.newPage()
  await page.goto(frontend.url(running.url).replace('localhost', '127.0.0.1'))
  await logIn(page, username)
  await page.reload()
  await page.getByRole('button', { name: 'Log in' }).waitFor()
  await running.stop()
  const said = running.logged().filter((it) => String(it.msg).includes('localhost and 127.0.0.1'))
  expect(said).toHaveLength(1)
})

describe.each(['by default', 'that CORS_ORIGINS lists'])('a page %s', (setting) => {
  let stop: (() => Promise<void>) | undefined
  let api: string

  beforeAll(async () => {
    const listed = { CORS_ORIGINS: frontend.origin }
    const env = setting === 'by default' ? service.env : { ...service.env, ...listed }
    const running = await startService(env)
    stop = running.stop
    api = running.url
  })
  afterAll(() => stop?.())

  it('sees its own writes at once through React Query and stays logged in', async () => {
    const { username } = await person(service)
    await tokenOf(service.api, username)
    const { page, watched } = await openPage(api)
    await logIn(page, username)
    for (const name of ['First name', 'Second name']) {
      await page.getByLabel('Name', { exact: true }).fill(name)
      await page.getByRole('button', { name: 'Rename' }).click()
      await page.getByRole('heading', { name }).waitFor()
    }
    const others = page.locator('li').filter({ hasText: 'Another session' })
    await expect.poll(() => others.count()).toBe(2)
    await others.first().getByRole('button', { name: 'End' }).click()
    await expect.poll(() => others.count()).toBe(1)

    await page.reload()
    await page.getByRole('heading', { name: 'Second name' }).waitFor()
    await page.locator('li').filter({ hasText: 'This session' }).waitFor()
    expect(await others.count()).toBe(1)
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByRole('button', { name: 'Log in' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Log in' }).waitFor()
    expect(watched.foreign).toEqual([])
    expect(watched.broken.filter((it) => !unauthenticated.test(it))).toEqual([])
  })

  it('sees its own writes at once with plain fetch calls in the default cache mode', async () => {
    const { username } = await person(service)
    const { page } = await openPage(api)
    await logIn(page, username)
    const seen = await page.evaluate(`(async () => {
      const { api } = session
      const username = ${JSON.stringify(username)}
      const path = { username }
      const params = { path: { username } }
      const shown = () => api.GET('/users/{username}', { params })
      const mine = () => api.GET('/users/me')
      const listed = async () => (await api.GET('/users')).data.items
      const inList = async () => (await listed()).find((it) => it.username === username)
      const names = async () =>
        [(await mine()).data, (await shown()).data, await inList()].map((it) => it.name)
      const sessions = async () => (await api.GET('/users/me/sessions')).data.items
      const before = await names()
      await api.PATCH('/users/{username}', { params, body: { name: 'Another name' } })
      const after = await names()
      await api.PATCH('/users/me', { body: { name: 'Edited' } })
      const edited = await names()
      const old = (await sessions()).find((it) => !it.isCurrent)
      await api.DELETE('/users/me/sessions/{sessionId}', { params: { path: { sessionId: old.id } } })
      const left = (await sessions()).map((it) => it.isCurrent)
      await api.DELETE('/users/{username}', { params })
      const deleted = [(await shown()).response.status, (await mine()).response.status]
      return { before, after, edited, left, deleted }
    })()`)
    const [name] = (seen as { before: string[] }).before
    expect(seen).toEqual({
      before: [name, name, name],
      after: ['Another name', 'Another name', 'Another name'],
      edited: ['Edited', 'Edited', 'Edited'],
      left: [true],
      deleted: [404, 401],
    })
  })

  it('works against the mock as well', async () => {
    const port = await freePort()
    const variables = setting === 'by default' ? {} : { CORS_ORIGINS: frontend.origin }
    const mock = await startMock({ port, config: loadConfig(variables) })
    try {
      const { page, watched } = await openPage(`http://localhost:${port}`)
      await logIn(page, 'ada')
      await page.locator('li').first().waitFor()
      await page.getByLabel('Name', { exact: true }).fill('First name')
      await page.getByRole('button', { name: 'Rename' }).click()
      await page.getByRole('status').filter({ hasText: 'rename: success' }).waitFor()
      await page.locator('li').first().getByRole('button', { name: 'End' }).click()
      await page.getByRole('status').filter({ hasText: 'end: success' }).waitFor()
      await page.reload()
      await page.getByRole('button', { name: 'Log out' }).click()
      await page.getByRole('button', { name: 'Log in' }).waitFor()
      await page.reload()
      await page.getByRole('button', { name: 'Log in' }).waitFor()
      expect(watched.foreign).toEqual([])
      expect(watched.broken.filter((it) => !unauthenticated.test(it))).toEqual([])
    } finally {
      await mock.close()
    }
  })
})
