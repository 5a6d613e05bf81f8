// The files of deploy/, as far as they can be checked without a container engine, a cluster or a running systemd.
// Slow because it compiles the manifests against the types of Kubernetes.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments, parse as parseYaml } from 'yaml'
import { loadConfig } from '../../../src/config/config.ts'
import { parsePage, root } from '../../support/guides.ts'

const deploy = join(root, 'deploy')
const read = (path: string) => readFile(join(deploy, path), 'utf8')

interface Resource {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec?: {
    readonly selector?: Record<string, unknown>
    readonly template?: {
      readonly metadata: { readonly labels: Record<string, string> }
      readonly spec: { readonly containers: readonly Container[] }
    }
  }
}
interface Probe {
  readonly httpGet: { readonly port: string }
}
interface Container {
  readonly name: string
  readonly ports?: readonly { readonly name: string }[]
  readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[]
  readonly startupProbe?: Probe
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
}
/** Returns the resources of the base for kustomize. */
async function resources(): Promise<Resource[]> {
  const { resources: files } = parseYaml(await read('kubernetes/kustomization.yaml'))
  expect([...files, 'kustomization.yaml'].sort()).toEqual(
    (await readdir(join(deploy, 'kubernetes'))).sort(),
  )
  const texts = await Promise.all(files.map((file: string) => read(`kubernetes/${file}`)))
  const documents = texts.flatMap((text) => parseAllDocuments(text, { version: '1.1' }))
  return documents.map((it) => it.toJS() as Resource)
}

/** The name in images, units and resources. */
const { name }: { name: string } = parseYaml(await read('compose.yaml'), { merge: true })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deploy-files-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('the units of systemd', () => {
  it.skipIf(!existsSync('/usr/bin/systemd-analyze'))(
    'are accepted by systemd-analyze',
    async () => {
      const units = join(folder, 'units')
      await mkdir(join(units, `${name}-.service.d`), { recursive: true })
      await cp(join(deploy, 'systemd/common.conf'), join(units, `${name}-.service.d/common.conf`))
      for (const file of await readdir(join(deploy, 'systemd'))) {
        if (!file.endsWith('.service')) continue
        const unit = `${name}-${file.replace('@', '@3001')}`
        await cp(join(deploy, 'systemd', file), join(units, unit))
        const said = execFileSync(
          'systemd-analyze',
          ['verify', '--man=no', '--recursive-errors=yes', join(units, unit)],
          { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
        )
        expect(said, file).toBe('')
      }
    },
  )
})

describe('the file of Compose', () => {
  interface Service {
    readonly image: string
    readonly build?: { readonly context: string; readonly dockerfile: string }
    readonly depends_on?: Record<string, { readonly condition: string }>
    readonly environment?: Record<string, string | number>
    readonly healthcheck?: object
    readonly secrets?: readonly string[]
    readonly volumes?: readonly string[]
    readonly networks?: { readonly default: { readonly ipv4_address: string } }
    readonly read_only?: boolean
  }
  interface Compose {
    readonly services: Record<string, Service>
    readonly secrets: Record<string, object>
    readonly volumes: Record<string, object | null>
    readonly configs: { readonly upstream: { readonly content: string } }
  }
  const isOwn = (it: Service | undefined) => it?.image.startsWith(`${name}:`) === true
  let compose: Compose
  beforeAll(async () => {
    compose = parseYaml(await read('compose.yaml'), { merge: true })
  })

  it('names services, secrets, volumes and files that are there', () => {
    const { services, secrets, volumes } = compose
    for (const [name, it] of Object.entries(services)) {
      for (const [other, { condition }] of Object.entries(it.depends_on ?? {})) {
        expect(services, name).toHaveProperty([other])
        const checked = services[other]?.healthcheck ?? isOwn(services[other])
        if (condition === 'service_healthy') expect(checked, `${name}: ${other}`).toBeTruthy()
      }
      for (const secret of it.secrets ?? []) expect(secrets, name).toHaveProperty([secret])
      for (const [source = ''] of (it.volumes ?? []).map((volume) => volume.split(':'))) {
        if (/^\.\/(?!tls)/.test(source)) expect(existsSync(join(deploy, source)), source).toBe(true)
        else if (!source.startsWith('.')) expect(volumes, name).toHaveProperty([source])
      }
      if (it.build)
        expect(existsSync(join(deploy, it.build.context, it.build.dockerfile))).toBe(true)
    }
  })

  it('gives the service a configuration that it accepts, and a read-only file system', async () => {
    for (const secret of Object.keys(compose.secrets)) {
      await writeFile(join(folder, secret), 'Aa1-0123456789abcdef0123456789abcdef')
    }
    const own = Object.values(compose.services).filter(isOwn)
    expect(own).toHaveLength(5)
    for (const it of own) {
      expect(it.read_only).toBe(true)
      const env = Object.entries(it.environment ?? {}).map(([name, value]) => {
        return [name, `${value}`.replace('/run/secrets', folder)] as const
      })
      expect(() => loadConfig(Object.fromEntries(env))).not.toThrow()
    }
  })

  it('gives nginx the addresses of both servers, and the servers that of nginx', () => {
    const { services, configs } = compose
    const addressOf = (name: string) => services[name]?.networks?.default.ipv4_address
    const named = configs.upstream.content.match(/(?<=server )[\d.]+/g)
    expect(named).toEqual([addressOf('api-1'), addressOf('api-2')])
    expect(services['api-1']?.environment?.TRUSTED_PROXIES).toBe(addressOf('nginx'))
  })
})

describe('the base of kustomize', () => {
  it('has the properties and values that Kubernetes knows', async () => {
    const lines = (await resources()).map(({ apiVersion, kind, ...rest }, index) => {
      const module = apiVersion === 'v1' ? 'core/v1' : apiVersion
      const value = JSON.stringify({ apiVersion, kind, ...rest })
      return `export const it${index}: import('kubernetes-types/${module}.d.ts').${kind} = ${value}`
    })
    const file = join(folder, 'manifests.ts')
    await writeFile(file, lines.join('\n'))
    const program = ts.createProgram([file], {
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      types: [],
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      module: ts.ModuleKind.ESNext,
      paths: { 'kubernetes-types/*': [join(root, 'node_modules/kubernetes-types/*')] },
    })
    const errors = ts.getPreEmitDiagnostics(program)
    const host = {
      getCanonicalFileName: String,
      getCurrentDirectory: () => folder,
      getNewLine: () => '\n',
    }
    expect(ts.formatDiagnostics(errors, host)).toBe('')
  })

  it('names what is there: ports, labels, and the variables of the generator', async () => {
    const all = await resources()
    const pods = all.flatMap(({ spec }) => spec?.template ?? [])
    expect(pods).toHaveLength(3)
    const { configMapGenerator } = parseYaml(await read('kubernetes/kustomization.yaml'))
    for (const { spec } of pods) {
      for (const container of spec.containers) {
        const ports = (container.ports ?? []).map((it) => it.name)
        const { startupProbe, livenessProbe, readinessProbe } = container
        for (const probe of [startupProbe, livenessProbe, readinessProbe]) {
          if (probe) expect(ports).toContain(probe.httpGet.port)
        }
        expect(container.envFrom[0]?.configMapRef.name).toBe(configMapGenerator[0].name)
      }
    }
    const service = all.find((it) => it.kind === 'Service')
    const selected = pods.filter(({ metadata }) => {
      const wanted = Object.entries(service?.spec?.selector ?? {})
      return wanted.every(([key, value]) => metadata.labels[key] === value)
    })
    expect(selected.flatMap((it) => it.spec.containers.map(({ name }) => name))).toEqual(['server'])
  })

  it('gives the processes a configuration that they accept', async () => {
    const { configMapGenerator } = parseYaml(await read('kubernetes/kustomization.yaml'))
    const urls = {
      database_url: 'postgres://a@b/c',
      redis_cache_url: 'redis://a',
      redis_queue_url: 'redis://a',
    }
    const secrets = { ...urls, secret_key: '0123456789abcdef'.repeat(4) }
    for (const [name, value] of Object.entries(secrets)) await writeFile(join(folder, name), value)
    const lines: string[] = configMapGenerator[0].literals
    const env = parseEnv(lines.join('\n').replaceAll('/run/secrets/app', folder))
    expect(() => loadConfig(env)).not.toThrow()
  })
})

describe('the page about deployment', () => {
  /** The blocks that need what this machine may not have. */
  async function blocks(needs: string) {
    const path = 'docs/deployment.md'
    const page = parsePage(path, await readFile(join(root, path), 'utf8'))
    const found = page.blocks.filter((it) => it.kind === 'bash needs' && it.path === needs)
    expect(found.length).toBeGreaterThan(1)
    return found.map((it) => it.text).join('')
  }

  it('shows commands of bash', async () => {
    for (const needs of ['docker', 'kubectl', 'systemd']) {
      execFileSync('bash', ['-n', '-c', await blocks(needs)])
    }
  })

  it('names units that are there', async () => {
    const units = (await blocks('systemd')).matchAll(
      new RegExp(`${name}-([a-z]+@?)(?!.*conf$)`, 'gm'),
    )
    const names = new Set([...units].map(([, name]) => `${name}.service`))
    expect([...names].sort()).toEqual(
      (await readdir(join(deploy, 'systemd'))).filter((it) => it.endsWith('.service')).sort(),
    )
  })

  it('names services of Compose that are there', async () => {
    const { services } = parseYaml(await read('compose.yaml'), { merge: true })
    const commands = (await blocks('docker')).matchAll(
      /^docker compose (?:up|run)((?: --?\w[\w-]*)*)(.*)$/gm,
    )
    for (const [line, , names = ''] of commands) {
      const [name] = names.trim().split(' ')
      if (name) expect(services, line).toHaveProperty([name])
    }
  })

  it('names resources of Kubernetes that are there', async () => {
    const known = (await resources()).map((it) => `${it.kind.toLowerCase()}/${it.metadata.name}`)
    const named = (await blocks('kubectl')).match(/\b(deployment|job)\/[\w-]+/g) ?? []
    expect(known).toEqual(expect.arrayContaining(named))
  })
})
