// Reports changed source files. Many changes at once, as by a checkout, are one report, and there is no
// report while the previous one is being handled.
import { watch } from 'chokidar'

const quietTime = 150
const sources = /(\.(ts|js|mjs|json|ya?ml)|\.env)$/

/**
 * Calls `changed` with the changed paths. Resolves, when the watch has started, with a function that ends it.
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
