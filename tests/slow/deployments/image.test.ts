// The steps of the Dockerfile as a script in an empty folder, and the server of the image as the image starts it.
// Slow because it builds the service.
import { execFileSync } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import { root, sources } from '../../support/guides.ts'
import { lendPackages } from '../../support/lent-packages.ts'
import { killGroup, startCommand } from '../../support/process.ts'
import { useService } from '../../support/service.ts'
import { until } from '../../support/until.ts'

const service = useService()
const isRoot = process.getuid?.() === 0
const read = (path: string) => readFile(join(root, 'deploy', path), 'utf8')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-'))
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
      if (text.startsWith('npm ci')) lendPackages(source)
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
})
