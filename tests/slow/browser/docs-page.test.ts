// The docs page in a real browser: every operation is there, one logs in and tries one, and nothing
// is asked of any other host.
// Slow because it starts a browser.
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { operations } from '../../../generated/operations.ts'
import { useBrowser, watchPage } from '../../support/browser.ts'
import { password, person } from '../../support/builders.ts'
import { useService } from '../../support/service.ts'

const service = useService()
const browser = useBrowser()

describe('the docs page in a browser', () => {
  let page: Page
  let watched: ReturnType<typeof watchPage>

  beforeAll(async () => {
    page = await browser.newPage()
    watched = watchPage(page, service.url)
    await page.goto(`${service.url}/docs`)
    await page.locator('.opblock').first().waitFor()
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
    expect(watched).toEqual({ foreign: [], broken: [] })
  })
})
