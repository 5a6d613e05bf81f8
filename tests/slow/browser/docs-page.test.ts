// The docs page in a real browser: every operation is there, one logs in and tries one, and nothing
// is asked of any other host.
// Slow because it starts a browser.
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operations } from '../../../generated/operations.ts'
import { password, person } from '../../support/builders.ts'
import { useService } from '../../support/service.ts'

const candidates = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
const executablePath = candidates.find((it) => it && existsSync(it)) ?? ''
const service = useService()

/** Keeps the browser from calling home: the only requests are the page's own. */
const quiet = [
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
]

if (executablePath === '') {
  console.warn('docs page: not tested, there is no Chromium here (apt-get install chromium)')
}

describe.skipIf(executablePath === '')('the docs page in a browser', () => {
  let context: BrowserContext
  let page: Page
  let profile: string
  const foreign: string[] = []
  const broken: string[] = []

  beforeAll(async () => {
    profile = await mkdtemp(join(tmpdir(), 'docs-page-'))
    context = await chromium.launchPersistentContext(profile, { executablePath, args: quiet })
    page = await context.newPage()
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(service.url) && !url.startsWith('data:')) foreign.push(url)
    })
    page.on('pageerror', (error) => broken.push(String(error)))
    page.on('console', (message) => message.type() === 'error' && broken.push(message.text()))
    await page.goto(`${service.url}/docs`)
    await page.locator('.opblock').first().waitFor()
  })
  afterAll(async () => {
    await context?.close()
    await rm(profile, { recursive: true, force: true })
  })

  it('shows every operation of the contract', async () => {
    const shown = await page.locator('.opblock-summary-path').allInnerTexts()
    const paths = shown.map((text) => text.replaceAll('\u200b', ''))
    expect(paths.sort()).toEqual(
      Object.values(operations)
        .map((it) => it.path)
        .sort(),
    )
  })

  it('lets one log in and try an operation', async () => {
    const someone = await person(service.api)
    const login = page.locator('[id$="-login"]')
    await login.locator('.opblock-summary-control').click()
    const words = await login.locator('.opblock-description').innerText()
    expect(words).toContain('Problems: 400 malformed_request; 401 invalid_credentials')
    await login.getByRole('button', { name: 'Try it out' }).click()
    await login
      .locator('select[aria-label="Request content type"]')
      .selectOption('application/json')
    const body = JSON.stringify({ username: someone.username, password })
    await login.locator('textarea').fill(body)
    await login.getByRole('button', { name: 'Execute' }).click()
    const answer = await login.locator('.live-responses-table .microlight').first().innerText()
    const token = /"access_token": "([^"]+)"/.exec(answer)?.[1]
    expect(token).toBeTruthy()

    await page.getByRole('button', { name: 'Authorize' }).first().click()
    await page.locator('.auth-container input').fill(token ?? '')
    await page
      .locator('.auth-btn-wrapper')
      .getByRole('button', { name: 'Apply credentials' })
      .click()
    await page.locator('.auth-btn-wrapper').getByRole('button', { name: 'Close' }).click()

    const me = page.locator('[id$="-getCurrentUser"]')
    await me.locator('.opblock-summary-control').click()
    await me.getByRole('button', { name: 'Try it out' }).click()
    await me.getByRole('button', { name: 'Execute' }).click()
    const account = await me.locator('.live-responses-table .microlight').first().innerText()
    expect(account).toContain(someone.email)
  })

  it('asks nothing of any other host, and breaks nowhere', () => {
    expect(foreign).toEqual([])
    expect(broken).toEqual([])
  })
})
