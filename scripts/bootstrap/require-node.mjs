// The oldest Node that runs this repository. Plain JavaScript that any Node of the last years reads.
import { readFileSync } from 'node:fs'

/** Ends the process, with a message, where Node is older than `engines` of package.json allows. */
export function requireNode() {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { engines } = JSON.parse(manifest)
  const [major, minor] = engines.node.match(/\d+/g).map(Number)
  const [ownMajor = 0, ownMinor = 0] = process.versions.node.split('.').map(Number)
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return
  console.error(
    `Node ${engines.node} is needed, this is ${process.version}: see https://nodejs.org`,
  )
  process.exit(1)
}
