// Certificates for servers that tests start.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Creates in a folder two authorities, `ca.pem` and `other-ca.pem`, and `server.pem` with `server.key`, which the
 * first one issued for `localhost` and no other name.
 */
export function createCertificates(folder: string): void {
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  for (const ca of ['ca', 'other-ca']) {
    const files = ['-keyout', `${ca}.key`, '-out', `${ca}.pem`]
    openssl('req', '-x509', ...curve, ...files, '-subj', `/CN=${ca}`, '-days', '1')
  }
  openssl('req', ...curve, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=server')
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost\n')
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names']
  openssl('x509', '-req', '-in', 'server.csr', '-out', 'server.pem', '-days', '1', ...signed)
}
