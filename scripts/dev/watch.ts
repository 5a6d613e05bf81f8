// Tells the launcher which source files changed: many changes at once, as of a checkout, are one
// message, and none is sent while the last one is still being handled.
import { watch } from 'chokidar'

const quietTime = 150
const sources = /(\.(ts|js|mjs|json|ya?ml)|\.env)$/

/**
 * Calls `changed` with the changed paths. Resolves with how to stop watching, once a change would be
 * noticed.
 */
export async function watchFiles(
  paths: readonly string[],
  changed: (files: readonly string[]) => Promise<void>,
): Promise<() => Promise<void>> {
  let files = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let busy = false

  async function tell() {
    if (busy || files.size === 0) return
    busy = true
    const told = [...files].sort()
    files = new Set()
    try {
      await changed(told)
    } finally {
      busy = false
      if (files.size > 0) timer = setTimeout(tell, quietTime)
    }
  }

  const watcher = watch([...paths], { ignoreInitial: true })
  watcher.on('all', (_event, file) => {
    if (!sources.test(file)) return
    files.add(file)
    clearTimeout(timer)
    timer = setTimeout(tell, quietTime)
  })
  await new Promise<void>((resolve) => watcher.once('ready', resolve))
  return () => {
    clearTimeout(timer)
    return watcher.close()
  }
}
