// What a fresh clone on another machine depends on, and no test on this one would notice.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Package {
  readonly optionalDependencies?: Record<string, string>
  readonly hasInstallScript?: true
  readonly resolved?: string
}

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, Package> }
const manifest = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> }

it('the lock file has the packages of every platform, not of this one alone', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !lock.packages[`node_modules/${name}`])
      .filter((name) => !lock.packages[`${path}/node_modules/${name}`])
      .map((name) => `${name}, wanted by ${path}`),
  )
  expect(missing).toEqual([])
})

it('the lock file names no registry, so that it works with any', () => {
  const resolved = Object.values(lock.packages).filter((it) => it.resolved !== undefined)
  expect(resolved).toEqual([])
})

it('only reviewed packages run a script when they are installed', () => {
  const names = Object.entries(lock.packages)
    .filter(([, it]) => it.hasInstallScript)
    .map(([path]) => path.split('node_modules/').at(-1) ?? path)
  const unreviewed = names.filter((name) => manifest.allowScripts[name] !== true)
  expect(unreviewed).toEqual([])
})

it('the service sends no requests of its own', () => {
  const files = readdirSync(new URL('../src', import.meta.url), {
    recursive: true,
    encoding: 'utf8',
  })
  const sources = files.filter((it) => it.endsWith('.ts'))
  expect(sources.length).toBeGreaterThan(50)
  const asking = /\bfetch\(|\bhttps?\.(request|get)\(|from '(undici|axios|got|node:https)'/
  expect(sources.filter((it) => asking.test(read(`src/${it}`)))).toEqual([])
})
