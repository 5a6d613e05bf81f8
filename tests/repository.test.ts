// What a fresh clone on another machine depends on, and no test on this one would notice.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sources } from './support/guides.ts'
import { waysToSend } from './support/outgoing.ts'

interface Package {
  readonly dev?: true
  readonly devOptional?: true
  readonly integrity?: string
  readonly license?: string
  readonly link?: true
  readonly optionalDependencies?: Record<string, string>
  readonly hasInstallScript?: true
  readonly resolved?: string
}

interface Manifest {
  readonly allowScripts?: Record<string, boolean>
}

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
const manifest = JSON.parse(read('package.json')) as Manifest
const lockFiles = (await sources()).filter((it) => it.endsWith('package-lock.json'))

describe.each(lockFiles)('%s', (file) => {
  const { packages } = JSON.parse(read(file)) as { packages: Record<string, Package> }

  it('has the packages of every platform, not of this one alone', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !packages[`node_modules/${name}`])
        .filter((name) => !packages[`${path}/node_modules/${name}`])
        .map((name) => `${name}, wanted by ${path}`),
    )
    expect(missing).toEqual([])
  })

  it('has the hash of each package, which the installation compares', () => {
    const without = Object.entries(packages).filter(
      ([path, it]) => path !== '' && !it.link && !it.integrity?.startsWith('sha512-'),
    )
    expect(without.map(([path]) => path)).toEqual([])
  })

  it('names no registry, so that it works with any', () => {
    const resolved = Object.values(packages).filter((it) => it.resolved !== undefined)
    expect(resolved).toEqual([])
  })

  it('has no package that runs a script at its installation and was not reviewed', () => {
    const names = Object.entries(packages)
      .filter(([, it]) => it.hasInstallScript)
      .map(([path]) => path.split('node_modules/').at(-1) ?? path)
    const unreviewed = names.filter((name) => manifest.allowScripts?.[name] !== true)
    expect(unreviewed).toEqual([])
  })
})

/** Licenses that ask for no more than their text. A service that is sold or kept private may use them. */
const allowedLicenses = [
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC'],
  ...['MIT', 'Python-2.0', 'Unlicense'],
]

it('every package of production has a license that is allowed', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, Package>
  }
  const shipped = Object.entries(packages).filter(
    ([path, it]) => path !== '' && !it.dev && !it.devOptional && !it.link,
  )
  expect(shipped.length).toBeGreaterThan(100)
  // Of the alternatives in "(MIT OR GPL-2.0)", one is enough.
  const choices = (license = 'none') => license.replace(/[()]/g, '').split(' OR ')
  const wrong = shipped.filter(
    ([, { license }]) => !choices(license).some((it) => allowedLicenses.includes(it)),
  )
  expect(wrong.map(([path, { license }]) => `${path}: ${license}`)).toEqual([])
})

it('the service sends no requests of its own', () => {
  const files = readdirSync(new URL('../src', import.meta.url), {
    recursive: true,
    encoding: 'utf8',
  })
  const sources = files.filter((it) => it.endsWith('.ts'))
  expect(sources.length).toBeGreaterThan(50)
  const sending = sources.map((file) => [file, ...waysToSend(read(`src/${file}`))])
  expect(sending.filter(([, ...ways]) => ways.length > 0)).toEqual([])
})

it('no test signals its own process group in place of a process that is missing', () => {
  const files = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' })
  const unsafe = /process\.kill\([^)\n]*\?\?/
  const sources = files.filter((it) => it.endsWith('.ts'))
  expect(sources.filter((it) => unsafe.test(read(`tests/${it}`)))).toEqual([])
})

it.each([
  ["import { request } from 'node:https'", 'https.request'],
  ["import { createServer, request as ask } from 'http'", 'http.request'],
  ["import http, { createServer } from 'node:http'", 'http.default'],
  ["import * as net from 'node:net'", 'net.*'],
  ["import 'undici'", 'undici.*'],
  ["export { get } from 'node:http'", 'http.get'],
  ["const { connect } = await import('node:tls')", 'tls.*'],
  ["const { spawn } = require('child_process')", 'child_process.*'],
  ["const dgram = process.getBuiltinModule('node:dgram')", 'dgram.*'],
  ['const answer = await fetch(url)', 'fetch'],
  ['const ask = globalThis.fetch', 'fetch'],
  ['new WebSocket(url)', 'WebSocket'],
])('a source with `%s` is found to send requests', (source, way) => {
  expect(waysToSend(source)).toEqual([way])
})

it.each([
  "import { createServer, type ClientRequest } from 'node:http'",
  "import type { Agent } from 'node:https'",
  'cache.fetch(key)',
  'const table = { fetch: 1 }',
])('a source with `%s` is not', (source) => {
  expect(waysToSend(source)).toEqual([])
})
