// Finds the files that are read at run time.
import { existsSync } from 'node:fs'

/** The folder of `package.json`: that of the repository, or `dist/` of a build. */
export const root = packageFolder()

function packageFolder(): URL {
  let folder = new URL('./', import.meta.url)
  while (!existsSync(new URL('package.json', folder)) && folder.pathname !== '/') {
    folder = new URL('../', folder)
  }
  return folder
}

/** Whether this runs from a build. */
export const isBuild = !import.meta.url.endsWith('.ts')
