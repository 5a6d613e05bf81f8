// The files of deploy/, as far as they can be checked without a container engine, a cluster or a running systemd.
// Slow because it runs the steps of the image and compiles the manifests against the types of Kubernetes.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { parseAllDocuments, parse as parseYaml } from 'yaml'
import { freePort } from '../../../scripts/dev/ports.ts'
import { loadConfig } from '../../../src/config/config.ts'
import { parsePage, root, sources } from '../../support/guides.ts'
import { killGroup, startCommand } from '../../support/process.ts'
import { useService } from '../../support/service.ts'
import { until } from '../../support/until.ts'

const service = useService()
const isRoot = process.getuid?.() === 0
const deploy = join(root, 'deploy')
const read = (path: string) => readFile(join(deploy, path), 'utf8')

interface Resource {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
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
  // The user of the image reads it.
  await chmod(folder, 0o755)
})
afterAll(() => rm(folder, { recursive: true }))

describe('the image', () => {
  interface Step {
    readonly name: string
    readonly text: string
  }
  /** The instructions of the Dockerfile by stage. */
  async function stages(): Promise<Step[][]> {
    const lines = (await read('Dockerfile')).split('\n').filter((it) => /^[A-Z]/.test(it))
    const found: Step[][] = []
    for (const line of lines) {
      const [, name = '', text = ''] = /^(\w+) (.*)$/.exec(line) ?? []
      if (name === 'FROM') found.push([])
      found.at(-1)?.push({ name, text })
    }
    return found
  }
  const textOf = (steps: readonly Step[] | undefined, name: string) =>
    steps?.find((it) => it.name === name)?.text ?? ''

  it('is made of one full version of Node, the one that the repository names', async () => {
    const bases = (await stages()).map((it) => textOf(it, 'FROM').split(' ')[0])
    expect(new Set(bases).size).toBe(1)
    const major = (await readFile(join(root, '.nvmrc'), 'utf8')).trim()
    expect(bases[0]).toMatch(new RegExp(`^node:${major}\\.\\d+\\.\\d+-[a-z]+-slim$`))
  })

  it('is built by its steps, and runs as a user without rights on a read-only file system in 256 MB', {
    timeout: 300_000,
  }, async () => {
    const [build, final] = await stages()
    const ignored = (await read('Dockerfile.dockerignore')).split('\n')
    const kept = ignored.filter((it) => it.startsWith('!')).map((it) => it.slice(1))
    expect(ignored).toContain('*')
    const isKept = (file: string) =>
      kept.some((it) =>
        it.includes('*')
          ? new RegExp(`^${it.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`).test(file)
          : file === it || file.startsWith(`${it}/`),
      )
    const source = join(folder, 'source')
    for (const file of (await sources()).filter(isKept)) {
      await cp(join(root, file), join(source, file))
    }
    for (const { name, text } of build ?? []) {
      if (name !== 'RUN') continue
      // The packages are those of this repository.
      if (text.startsWith('npm ci')) await lendPackages(source)
      else execFileSync('sh', ['-c', text], { cwd: source, stdio: 'pipe' })
    }
    const app = join(folder, 'image', textOf(final, 'WORKDIR'))
    await mkdir(app, { recursive: true })
    for (const { name, text } of final ?? []) {
      const [, from = '', to = ''] = /^--from=build \/source\/(\S+) (\S+)$/.exec(text) ?? []
      if (name === 'COPY') await cp(join(source, from), join(app, to), { recursive: true })
    }
    expect(textOf(final, 'USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/)
    const [uid = '', gid = ''] = textOf(final, 'USER').split(':')
    const command: string[] = JSON.parse(textOf(final, 'CMD'))
    expect(command[0]).toBe('node')
    const port = await freePort()
    const env = { ...service.env, PORT: `${port}` }
    const script = 'mount -o remount,bind,ro / && test ! -w . && exec "$@"'
    const user = isRoot ? ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] : []
    const inside = ['sh', '-c', script, 'sh', ...user, process.execPath, ...command.slice(1)]
    const server = startCommand('unshare', [isRoot ? '-m' : '-rm', ...inside], { cwd: app, env })
    onTestFinished(() => killGroup(server.child))
    const [, healthCheck = ''] = /CMD (\[.*\])$/.exec(textOf(final, 'HEALTHCHECK')) ?? []
    const [, ...check]: string[] = JSON.parse(healthCheck)
    await until(
      'the health check',
      () => {
        if (server.child.exitCode !== null) throw new Error(server.printed())
        try {
          execFileSync(process.execPath, check, { env: { PORT: `${port}` }, stdio: 'pipe' })
          return true
        } catch {
          return undefined
        }
      },
      60_000,
    )
    for (let request = 0; request < 300; request += 1) {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/health`)
      expect(response.status).toBe(200)
    }
    // `unshare` becomes `sh`, and that the server.
    const status = await readFile(`/proc/${server.child.pid}/status`, 'utf8')
    if (isRoot) expect(status).toMatch(new RegExp(`^Uid:\\s${uid}\\s`, 'm'))
    const megabytes = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024
    console.log(`the server in its image used at most ${Math.round(megabytes)} MB`)
    expect(megabytes).toBeLessThan(256)
    server.child.kill('SIGTERM')
    const { code, output } = await server.ended
    expect(code, output).toBe(0)
  })

  /** Gives a folder the packages of this repository, as links. */
  async function lendPackages(to: string) {
    const [own, lent] = [join(root, 'node_modules'), join(to, 'node_modules')]
    await mkdir(lent)
    const record = '.package-lock.json'
    for (const name of await readdir(own)) {
      if (name !== record) await symlink(join(own, name), join(lent, name))
    }
    await cp(join(own, record), join(lent, record))
  }
})

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
    const units = (await blocks('systemd')).matchAll(new RegExp(`${name}-([a-z]+@?)`, 'g'))
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
