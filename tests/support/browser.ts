// A real Chromium, Chrome or Edge that runs as long as a test file.
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { requireProgram } from '../../scripts/bootstrap/provide-programs.mjs'

/** Switches off the browser's own requests, so that only the pages send some. */
const args = [
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
]

type ContextOptions = Parameters<Browser['newContext']>[0]

export interface UsedBrowser {
  /** Opens a profile with its own cookies and cache. Its pages are tabs of one user. */
  newContext(options?: ContextOptions): Promise<BrowserContext>
  /** Opens a page in a profile of its own. */
  newPage(options?: ContextOptions): Promise<Page>
}

/** Starts the browser before the tests of a file and closes it after them. */
export function useBrowser(): UsedBrowser {
  let browser: Browser | undefined
  const running = () => {
    if (browser === undefined) throw new Error('the browser starts in beforeAll')
    return browser
  }
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: requireProgram('chromium'), args })
  })
  afterAll(() => browser?.close())
  return {
    newContext: (options) => running().newContext(options),
    newPage: (options) => running().newPage(options),
  }
}

/** Collects the requests of a page to other origins, and the errors in the page. */
export function watchPage(page: Page, ...origins: readonly string[]) {
  const foreign: string[] = []
  const broken: string[] = []
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith('data:') && !origins.includes(new URL(url).origin)) foreign.push(url)
  })
  page.on('pageerror', (error) => broken.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && broken.push(message.text()))
  return { foreign, broken }
}
