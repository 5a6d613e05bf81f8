// Serves the page of `tests/consumer/browser`, built with the packed client, on an origin of its own.
import { mkdir, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll } from 'vitest'
import { consumerProject } from './consumer.ts'

const libraries = ['react', 'react-dom', 'scheduler', 'csstype', '@tanstack', '@types']

export interface Frontend {
  /** A port of `localhost`, so that a service on another port is the same site. */
  readonly origin: string
  /** Serves the same page on another port. */
  readonly secondOrigin: string
  /** Returns the URL of the page that calls this service or mock. */
  url(api: string, settings?: Readonly<Record<string, string>>): string
}

/** Builds, checks and serves the page as long as the tests of a file run. */
export function useFrontend(): Frontend {
  const served = { origin: '', secondOrigin: '' }
  const closers: (() => unknown)[] = []
  beforeAll(async () => {
    const project = await consumerProject()
    closers.push(project.remove)
    for (const name of libraries) {
      const place = join(project.folder, 'node_modules', name)
      await mkdir(join(place, '..'), { recursive: true })
      await symlink(resolve('node_modules', name), place)
    }
    await project.compile('--project', 'browser')
    const script = await bundle(join(project.folder, 'browser/page.tsx'))
    const serve = async () => {
      const server = createServer(({ url }, response) => {
        if (url?.startsWith('/page.js')) {
          response.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
        } else response.writeHead(200, { 'content-type': 'text/html' }).end(html)
      })
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
      closers.push(
        () => server.closeAllConnections(),
        () => server.close(),
      )
      return `http://localhost:${(server.address() as AddressInfo).port}`
    }
    Object.assign(served, { origin: await serve(), secondOrigin: await serve() })
  })
  afterAll(async () => {
    for (const close of closers.reverse()) await close()
  })
  return {
    get origin() {
      return served.origin
    },
    get secondOrigin() {
      return served.secondOrigin
    },
    url: (api, settings = {}) => {
      const place = new URL(api)
      place.hostname = 'localhost'
      return `${served.origin}/?${new URLSearchParams({ api: place.origin, ...settings })}`
    },
  }
}

const html = `<!doctype html>
<html lang="en">
  <link rel="icon" href="data:,">
  <title>A frontend</title>
  <div id="root"></div>
  <script type="module" src="/page.js"></script>
</html>`

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    preserveSymlinks: true,
    nodePaths: [resolve('node_modules')],
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error('esbuild wrote nothing')
  return file.text
}
