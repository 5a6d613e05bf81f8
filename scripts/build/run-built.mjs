// Runs an entry point of the build in this process, or says that there is no build yet.
import { existsSync } from 'node:fs'

const entry = new URL(`../../dist/src/${process.argv[2]}.js`, import.meta.url)
if (existsSync(entry)) await import(entry.href)
else {
  console.error('There is no build in dist/: run npm run build first')
  process.exitCode = 1
}
