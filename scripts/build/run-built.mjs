// Runs an entry point of the build in this process, or says that there is no build yet.
import { existsSync } from 'node:fs'

const [node = '', , name, ...args] = process.argv
const entry = new URL(`../../dist/${name}.js`, import.meta.url)
if (existsSync(entry)) {
  process.argv = [node, entry.pathname, ...args]
  await import(entry.href)
} else {
  console.error('There is no build in dist/: run npm run build first')
  process.exitCode = 1
}
