// nginx and HAProxy with the files of `deploy/`, whose ports and paths alone are those of a test.
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../scripts/dev/ports.ts'
import { root } from './guides.ts'
import { startNginx } from './nginx.ts'
import { type Program, startProgram } from './program.ts'

interface Proxy extends Program {
  /** The origin that serves TLS, with a certificate that no client trusts. */
  readonly url: string
}

type Change = readonly [from: string, to: string]

/** Returns a file of `deploy/` with changes. @throws Error for a text that is not there. */
async function deployed(file: string, changes: readonly Change[]): Promise<string> {
  const text = await readFile(join(root, 'deploy', file), 'utf8')
  return changes.reduce((current, [from, to]) => {
    if (!current.includes(from)) throw new Error(`deploy/${file} does not contain: ${from}`)
    return current.replaceAll(from, to)
  }, text)
}

/** Makes a key and a certificate in a folder. Returns their paths. */
function certificateIn(folder: string) {
  const [key, certificate] = ['tls.key', 'tls.crt'].map((it) => join(folder, it)) as [
    string,
    string,
  ]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc']
  const files = ['-keyout', key, '-out', certificate]
  const names = ['-subj', '/CN=localhost', '-days', '1']
  execFileSync('openssl', ['req', '-x509', ...curve, ...files, ...names], { stdio: 'pipe' })
  return { key, certificate }
}

/** Starts nginx in front of two servers on these ports. */
export async function startDeployedNginx(folder: string, ports: Ports): Promise<Proxy> {
  const [plain, secure] = [await freePort(), await freePort()]
  const { key, certificate } = certificateIn(folder)
  const site = await deployed('nginx.conf', [
    ['listen 80;', `listen 127.0.0.1:${plain};`],
    ['listen [::]:80;', ''],
    ['listen 443 ', `listen 127.0.0.1:${secure} `],
    ['listen [::]:443 ssl http2;', ''],
    ['/etc/nginx/tls/tls.crt', certificate],
    ['/etc/nginx/tls/tls.key', key],
  ])
  const upstream = await deployed('nginx-upstream.conf', [
    ['127.0.0.1:3001', `127.0.0.1:${ports[0]}`],
    ['127.0.0.1:3002', `127.0.0.1:${ports[1]}`],
  ])
  const nginx = await startNginx({ http: `${upstream}${site}`, server: 'return 404;' })
  return { ...nginx, url: `https://127.0.0.1:${secure}` }
}

/** Starts HAProxy in front of two servers on these ports. */
export async function startDeployedHaproxy(folder: string, ports: Ports): Promise<Proxy> {
  const plain = await freePort()
  const { key, certificate } = certificateIn(folder)
  const pem = `${await readFile(certificate, 'utf8')}${await readFile(key, 'utf8')}`
  const config = await deployed('haproxy.cfg', [
    // These need root.
    ['  user haproxy\n', ''],
    ['  group haproxy\n', ''],
    [':80\n', `127.0.0.1:${plain}\n`],
    [':443 ', '127.0.0.1:SECURE '],
    ['/etc/haproxy/tls.pem', 'tls.pem'],
    ['127.0.0.1:3001', `127.0.0.1:${ports[0]}`],
    ['127.0.0.1:3002', `127.0.0.1:${ports[1]}`],
  ])
  const haproxy = await startProgram('haproxy', (_, port) => ({
    files: { 'haproxy.cfg': config.replace('SECURE', String(port)), 'tls.pem': pem },
    args: ['-db', '-f', 'haproxy.cfg'],
  }))
  return { ...haproxy, url: `https://127.0.0.1:${haproxy.port}` }
}

type Ports = readonly [number, number]
