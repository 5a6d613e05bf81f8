// Gives the service its names in place of those of the template. tests/init.test.ts finds what is left.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { type Answers, templateName } from './answers.mjs'
import { edit, replaceOnce } from './edit.ts'

/** The first version of a service. */
const firstVersion = '0.1.0'

/** Renames what has a name of its own place, and then the template in all of the given files. */
export function rename(root: string, files: readonly string[], answers: Answers): void {
  const { name, database, issuer, holder } = answers
  writeManifest(root, answers)
  writeInfo(root, answers)
  replaceOnce(
    root,
    'LICENSE',
    `2026 the authors of ${templateName}`,
    `${new Date().getFullYear()} ${holder}`,
  )
  replaceOnce(root, 'src/config/names.ts', "databaseName = 'app'", `databaseName = '${database}'`)
  replaceOnce(
    root,
    'src/config/names.ts',
    `tokenIssuer = '${templateName}'`,
    `tokenIssuer = '${issuer}'`,
  )
  edit(root, '.env.example', (text) =>
    text
      .replaceAll(/(_ISSUER|_AUDIENCE)=.*/g, (_, variable) => `${variable}=${issuer}`)
      .replace('REDIS_PREFIX=app', `REDIS_PREFIX=${database}`)
      .replace(':5432/app', `:5432/${database}`),
  )
  edit(root, 'docs/running.md', (text) =>
    text.replaceAll('POSTGRES_DB=app', `POSTGRES_DB=${database}`),
  )
  // npm packs @acme/shop as acme-shop.
  const packed = name.replace('@', '').replace('/', '-')
  edit(root, 'docs/client.md', (text) =>
    text.replace(`/${templateName}-client-<`, `/${packed}-client-<`),
  )
  const deployed = files.filter((it) => it.startsWith('deploy/') || it === 'docs/deployment.md')
  for (const file of deployed) replaceName(join(root, file), deploymentName(name))
  for (const file of files) replaceName(join(root, file), name)
}

/** Returns a name that images, units and Kubernetes accept: `acme-shop` for `@acme/shop`. */
function deploymentName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
}

function writeManifest(root: string, { name, description }: Answers): void {
  edit(root, 'package.json', (text) => {
    const manifest = JSON.parse(text) as object
    return `${JSON.stringify({ ...manifest, name, version: firstVersion, description }, null, 2)}\n`
  })
}

function writeInfo(root: string, { title, description }: Answers): void {
  const values = { title, version: firstVersion, summary: description }
  edit(root, 'openapi/openapi.yaml', (text) =>
    Object.entries(values).reduce((current, [key, value]) => {
      const line = `  ${key}: ${stringify(value, { lineWidth: 0 }).trimEnd()}`
      return current.replace(new RegExp(`^  ${key}: .*$`, 'm'), () => line)
    }, text),
  )
}

function replaceName(path: string, name: string): void {
  if (!existsSync(path)) return
  const content = readFileSync(path)
  if (content.includes(templateName)) {
    writeFileSync(
      path,
      content.toString('utf8').replaceAll(templateName, () => name),
    )
  }
}
