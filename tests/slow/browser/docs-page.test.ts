// The docs page in a real browser: opened twice, logged in, used without edits, on a small screen.
// Slow because it starts a browser.
import type { Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { operations } from '../../../generated/operations.ts'
import type { OperationId } from '../../../src/contract.ts'
import type { Operation } from '../../../src/engine/operation.ts'
import { successes } from '../../contract/suite/requests.ts'
import { useBrowser, watchPage } from '../../support/browser.ts'
import { type Person, password, superuser } from '../../support/builders.ts'
import { worldOf } from '../../support/past-the-api.ts'
import { useService } from '../../support/service.ts'

const service = useService()
const browser = useBrowser()

const blockOf = (page: Page, id: string) => page.locator(`[id^="operations-"][id$="-${id}"]`)

async function openDocs(page: Page) {
  await page.goto(`${service.url}/docs`)
  await page.locator('.opblock').first().waitFor()
}

/** Logs in by the dialog: a name, a password, and one click. */
async function logIn(page: Page, username: string) {
  await page.getByRole('button', { name: 'Authorize' }).first().click()
  const dialog = page.locator('.auth-container').first()
  await dialog.locator('#oauth_username').fill(username)
  await dialog.locator('#oauth_password').fill(password)
  await dialog.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  await dialog.getByRole('button', { name: 'Remove authorization' }).waitFor()
  await page.locator('.close-modal').click()
}

/** Opens an operation's form. */
async function tryOut(page: Page, id: string): Promise<Locator> {
  const block = blockOf(page, id)
  await block.locator('.opblock-summary-control').click()
  await block.getByRole('button', { name: 'Try it out' }).click()
  return block
}

/** Closes an operation again: Swagger UI draws all that are open at each key. */
async function close(block: Locator) {
  await block.locator('.opblock-summary-control').click()
  await block.locator('.opblock-body').waitFor({ state: 'detached' })
}

/** Sends the form, with nothing but the path filled in, and returns the status that is shown. */
async function execute(block: Locator, params: Readonly<Record<string, string>> = {}) {
  for (const [name, value] of Object.entries(params)) {
    await block.getByPlaceholder(name, { exact: true }).fill(value)
  }
  await block.getByRole('button', { name: 'Execute' }).click()
  await block.locator('.loading-container').waitFor({ state: 'detached' })
  const status = block.locator('.live-responses-table .response-col_status').last()
  return Number.parseInt(await status.innerText(), 10)
}

describe('the docs page', () => {
  it('shows every operation when it is opened, reloaded and opened again', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const watched = watchPage(page, service.url)
    const paths = Object.values(operations).map((it) => it.path)
    const expectWhole = async () => {
      await page.locator('.opblock').first().waitFor()
      const shown = await page.locator('.opblock-summary-path').allInnerTexts()
      expect(shown.map((text) => text.replaceAll('\u200b', '')).sort()).toEqual(paths.sort())
    }
    await page.goto(`${service.url}/docs`)
    await expectWhole()
    await page.reload()
    await expectWhole()
    // The browser asked, and took over the headers of the answer.
    expect(service.logged()).toContainEqual(expect.objectContaining({ path: '/docs', status: 304 }))
    await page.goto('about:blank')
    await page.goto(`${service.url}/docs`)
    await expectWhole()
    const other = await context.newPage()
    await openDocs(other)
    expect(watched).toEqual({ foreign: [], broken: [] })
  })
})

/** The paths of accounts: their writes would change or end the login of the page. */
const ofAccounts = /^\/(login|logout|refresh|users|users\/me.*|users\/\{username\}|admin\/users.*)$/
const tried = Object.values<Operation>(operations)
  .filter((it) => it.method === 'get' || !ofAccounts.test(it.path))
  .map((it) => it.operationId as OperationId)
  // The first test tries this one.
  .filter((it) => it !== 'getCurrentUser')

describe('"Try it out" with only the path filled in', () => {
  let boss: Person
  let page: Page
  let watched: ReturnType<typeof watchPage>

  beforeAll(async () => {
    boss = await superuser(service)
    page = await browser.newPage()
    watched = watchPage(page, service.url)
    await openDocs(page)
    await logIn(page, boss.username)
  })

  it('shows the logged-in user', async () => {
    const block = await tryOut(page, 'getCurrentUser')
    expect(await execute(block)).toBe(200)
    expect(await block.locator('.live-responses-table').innerText()).toContain(boss.email)
    await close(block)
  })

  it.each(tried)('succeeds twice for %s', async (id) => {
    const world = worldOf(service)
    const asBoss = { ...world, person: async () => boss, superuser: async () => boss }
    const block = await tryOut(page, id)
    const successful = Object.keys(operations[id].responses).filter((it) => it.startsWith('2'))
    for (const _ of [1, 2]) {
      const { params } = await successes[id](asBoss)
      expect(successful).toContain(String(await execute(block, params)))
    }
    await close(block)
  })

  it('shows code samples for several shells and for fetch', async () => {
    const block = await tryOut(page, 'updateCurrentUser')
    expect(await execute(block)).toBe(200)
    const samples = block.locator('.curl-command')
    for (const [title, text] of [
      ['curl (bash)', "curl -X 'PATCH' \\"],
      ['curl (PowerShell)', 'curl.exe -X'],
      ['curl (cmd)', 'curl -X "PATCH" ^'],
      ['fetch', 'await fetch("'],
    ] as const) {
      await samples.getByText(title, { exact: true }).click()
      expect(await samples.innerText()).toContain(text)
    }
  })

  it('requests nothing from other hosts and reports no error', () => {
    expect(watched).toEqual({ foreign: [], broken: [] })
  })
})

it('fits a screen of 400 pixels with any operation open', async () => {
  const { username } = await superuser(service)
  const page = await browser.newPage({ viewport: { width: 400, height: 800 } })
  await openDocs(page)
  const width = () => page.evaluate<number>('document.documentElement.scrollWidth')
  expect(await width()).toBe(400)
  await logIn(page, username)
  for (const id of Object.keys(operations)) {
    const block = await tryOut(page, id)
    if (id === 'getUser' || id === 'updateUser') await execute(block, { username })
    expect(await width(), id).toBe(400)
    await close(block)
  }
  await page.getByRole('button', { name: 'Authorize' }).first().click()
  expect(await width()).toBe(400)
})
