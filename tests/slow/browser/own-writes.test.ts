// A page of another origin in a real browser, against the service and against the mock: it logs in with
// cookies, writes, sees its own write at once, and is still logged in after a reload.
// Slow because it starts a browser.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import { startMock } from '../../../scripts/mock/mock.ts'
import { loadConfig } from '../../../src/config/config.ts'
import { useBrowser, watchPage } from '../../support/browser.ts'
import { password, person } from '../../support/builders.ts'
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
  const { username } = await person(service.api)
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
    const { username } = await person(service.api)
    const { page, watched } = await openPage(api)
    await logIn(page, username)
    const titles = page.locator('li')
    await page.getByLabel('Title').fill('First')
    await page.getByRole('button', { name: 'Add' }).click()
    await titles.filter({ hasText: 'First' }).waitFor()
    await page.getByLabel('Title').fill('Second')
    await page.getByRole('button', { name: 'Add' }).click()
    await titles.filter({ hasText: 'Second' }).waitFor()
    await titles.filter({ hasText: 'First' }).getByRole('button', { name: 'Edit' }).click()
    await titles.filter({ hasText: 'Edited' }).waitFor()

    await page.reload()
    await titles.filter({ hasText: 'Edited' }).waitFor()
    expect(await titles.count()).toBe(2)
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByRole('button', { name: 'Log in' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Log in' }).waitFor()
    expect(watched.foreign).toEqual([])
    expect(watched.broken.filter((it) => !unauthenticated.test(it))).toEqual([])
  })

  it('sees its own writes at once with plain fetch calls in the default cache mode', async () => {
    const { username } = await person(service.api)
    const { page } = await openPage(api)
    await logIn(page, username)
    const seen = await page.evaluate(`(async () => {
      const { api } = session
      const username = ${JSON.stringify(username)}
      const path = { username }
      const list = () => api.GET('/users/{username}/posts', { params: { path } })
      const titles = async () => (await list()).data.items.map((it) => it.title)
      const named = async () => (await api.GET('/users/me')).data.name
      const shown = async () => (await api.GET('/users/{username}', { params: { path } })).data.name
      const before = [await titles(), await named(), await shown()].flat()
      const body = { title: 'A post', text: 'Written in a browser.' }
      const post = await api.POST('/users/{username}/posts', { params: { path }, body })
      await api.PATCH('/users/{username}', { params: { path }, body: { name: 'Another name' } })
      const after = [await titles(), await named(), await shown()].flat()
      const params = { path: { username, postId: post.data.id } }
      const one = () => api.GET('/users/{username}/posts/{postId}', { params })
      const posts = [(await one()).data.title]
      await api.PATCH('/users/{username}/posts/{postId}', { params, body: { title: 'Edited' } })
      posts.push((await one()).data.title, ...(await titles()))
      await api.DELETE('/users/{username}/posts/{postId}', { params })
      return { before, after, posts, deleted: [(await one()).response.status, await titles()] }
    })()`)
    const [name] = (seen as { before: string[] }).before
    expect(seen).toEqual({
      before: [name, name],
      after: ['A post', 'Another name', 'Another name'],
      posts: ['A post', 'Edited', 'Edited'],
      deleted: [404, []],
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
      await page.getByLabel('Title').fill('First')
      await page.getByRole('button', { name: 'Add' }).click()
      await page.getByRole('status').filter({ hasText: 'success, then' }).waitFor()
      await page.locator('li').first().getByRole('button', { name: 'Edit' }).click()
      await page.getByRole('status').filter({ hasText: 'success, then success' }).waitFor()
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
