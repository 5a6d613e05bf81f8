// Several tabs of one browser share the refresh cookie: their access tokens expire together, and none
// is logged out.
// Slow because it starts a browser.
import type { BrowserContext, Page, Request, Route } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { useBrowser } from '../../support/browser.ts'
import { password, person, tester } from '../../support/builders.ts'
import { useFrontend } from '../../support/frontend.ts'
import { useService } from '../../support/service.ts'

let aheadMs = 0
const service = useService({ clock: () => new Date(Date.now() + aheadMs) })
const browser = useBrowser()
const frontend = useFrontend()
const contexts: BrowserContext[] = []
afterAll(() => Promise.all(contexts.map((it) => it.close())))

/** Lets an hour pass on the service: every access token has expired, and every grace is over. */
function letTokensExpire() {
  aheadMs += 3_600_000
}

interface Setup {
  readonly settings?: Readonly<Record<string, string>>
  /** Runs in each page before its own scripts. */
  readonly script?: string
}

/** A browser profile in which a new user logs in and opens so many tabs at once. */
async function openTabs(count: number, { settings = {}, script }: Setup = {}) {
  const context = await browser.newContext()
  contexts.push(context)
  if (script !== undefined) await context.addInitScript(script)
  const { id, username } = await person(service)
  const open = async () => {
    const tab = await context.newPage()
    await tab.goto(frontend.url(service.url, settings))
    return tab
  }
  const first = await open()
  await logIn(first, username)
  const others = await Promise.all(Array.from({ length: count - 1 }, open))
  await Promise.all(others.map((it) => it.getByRole('button', { name: 'Log out' }).waitFor()))
  return { tabs: [first, ...others], id, username }
}

async function logIn(tab: Page, username: string) {
  await tab.getByLabel('Username').fill(username)
  await tab.getByLabel('Password').fill(password)
  await tab.getByRole('button', { name: 'Log in' }).click()
  await tab.getByRole('button', { name: 'Log out' }).waitFor()
}

/** Runs an expression in all tabs at once. Returns their results. */
const inAll = (tabs: readonly Page[], expression: string) =>
  Promise.all(tabs.map((it) => it.evaluate(expression)))

/** Has the service use up the token of a refresh, and the tab wait for the answer. */
async function loseAnswer(route: Route) {
  const { cookie = '' } = await route.request().allHeaders()
  await service.api.request('POST', '/refresh', { headers: { cookie } })
}

/** Collects the cookies that tabs send with a refresh from now on. */
function cookiesOfRefreshes(tabs: readonly Page[]) {
  const sent: Promise<string | undefined>[] = []
  const note = (request: Request) => {
    if (request.method() !== 'POST' || !request.url().endsWith('/refresh')) return
    sent.push(request.allHeaders().then(({ cookie }) => cookie))
  }
  for (const tab of tabs) tab.on('request', note)
  return {
    seen() {
      for (const tab of tabs) tab.off('request', note)
      return Promise.all(sent)
    },
  }
}

const me = "session.api.GET('/users/me').then(({ response }) => response.status)"
const twoReads = `Promise.all([${me}, ${me}])`

const refreshes = () => service.logged().filter((it) => it.operationId === 'refreshToken').length
const thefts = () => service.logged().filter((it) => String(it.msg).includes('came back'))

describe.each([3, 6])('%i tabs whose access tokens expire together', (count) => {
  const allOk = Array.from({ length: count }, () => [200, 200])

  it('refresh one after the other and stay logged in', async () => {
    const { tabs, id } = await openTabs(count)
    for (let round = 0; round < 3; round += 1) {
      letTokensExpire()
      const cookies = cookiesOfRefreshes(tabs)
      expect(await inAll(tabs, twoReads)).toEqual(allOk)
      // Each tab has sent what the tab before it was given.
      const sent = await cookies.seen()
      expect([sent.length, new Set(sent).size]).toEqual([count, count])
    }
    expect(await service.db('sessions').where({ user_id: id })).toHaveLength(2)
    expect(thefts()).toEqual([])
  })

  it('refresh once if they share a store', async () => {
    const { tabs } = await openTabs(count, { settings: { shared: 'yes' } })
    for (let round = 0; round < 3; round += 1) {
      letTokensExpire()
      const before = refreshes()
      expect(await inAll(tabs, twoReads)).toEqual(allOk)
      expect(refreshes() - before).toBe(1)
    }
    expect(thefts()).toEqual([])
  })

  it('stay logged in without Web Locks', async () => {
    const { tabs } = await openTabs(count, { script: 'delete Navigator.prototype.locks' })
    expect(await tabs[0]?.evaluate('typeof navigator.locks')).toBe('undefined')
    for (let round = 0; round < 3; round += 1) {
      letTokensExpire()
      expect(await inAll(tabs, twoReads)).toEqual(allOk)
    }
    expect(thefts()).toEqual([])
  })

  it('stay logged in if they refresh in parallel by plain fetch calls', async () => {
    const { tabs } = await openTabs(count)
    for (let round = 0; round < 3; round += 1) {
      letTokensExpire()
      const tokens = await inAll(tabs, 'session.plainRefresh()')
      expect(tokens.map((it) => typeof it)).toEqual(tabs.map(() => 'string'))
      const reads = await Promise.all(
        tabs.map((it, tab) => it.evaluate(`session.plainRead(${JSON.stringify(tokens[tab])})`)),
      )
      expect(reads).toEqual(tabs.map(() => 200))
    }
    expect(thefts()).toEqual([])
  })

  it('stay logged in if two frontends of one site share the cookie but no lock', async () => {
    const { tabs } = await openTabs(count)
    const context = tabs[0]?.context()
    for (const tab of tabs.slice(1)) {
      await tab.goto(frontend.url(service.url).replace(frontend.origin, frontend.secondOrigin))
      await tab.getByRole('button', { name: 'Log out' }).waitFor()
    }
    expect(new Set(context?.pages().map((it) => new URL(it.url()).origin)).size).toBe(2)
    for (let round = 0; round < 3; round += 1) {
      letTokensExpire()
      expect(await inAll(tabs, twoReads)).toEqual(allOk)
    }
    expect(thefts()).toEqual([])
  })

  it('are all logged out when one of them logs out', async () => {
    const { tabs } = await openTabs(count)
    const [first, ...others] = tabs
    await first?.getByRole('button', { name: 'Log out' }).click()
    await first?.getByRole('button', { name: 'Log in' }).waitFor()
    expect(await inAll(others, me)).toEqual(others.map(() => 401))
    expect(await inAll(tabs, 'session.tokens.load()')).toEqual(tabs.map(() => ({})))
  })
})

describe('a tab', () => {
  it('never acts for a user who has logged in from another tab', async () => {
    const { tabs } = await openTabs(2)
    const [first, second] = tabs as [Page, Page]
    const next = await person(service)
    await second.evaluate(`session.logIn('${next.username}', ${JSON.stringify(password)})`)
    letTokensExpire()
    const body = "{ body: { name: 'Renamed' } }"
    const rename = `session.api.PATCH('/users/me', ${body}).then(({ response }) => response.status)`
    expect(await first.evaluate(rename)).toBe(401)
    expect(await first.evaluate('session.tokens.load()')).toEqual({})
    const row = await service.db('users').where({ id: next.id }).first('name')
    expect(row).toEqual({ name: tester.name })
    expect(await second.evaluate(rename)).toBe(200)
  })

  it('repeats a refresh whose response is lost', async () => {
    const { tabs } = await openTabs(1)
    const [tab] = tabs as [Page]
    await tab.route('**/api/v1/refresh', (route) => loseAnswer(route), { times: 1 })
    letTokensExpire()
    expect(await tab.evaluate(me)).toBe(200)
  })

  it('stays logged in when the response to the refresh of another tab never arrives', async () => {
    const { tabs } = await openTabs(2)
    const [hanging, other] = tabs as [Page, Page]
    const asked = new Promise<void>((resolve) => {
      hanging.route('**/api/v1/refresh', (route) => loseAnswer(route).then(resolve))
    })
    letTokensExpire()
    const left = hanging.evaluate(me).catch(() => 'closed')
    await asked
    expect(await other.evaluate(me)).toBe(200)
    await hanging.close()
    expect(await left).toBe('closed')
  })
})
