// Files in a folder of this machine. A file is written below `incoming/`, in a folder of the process, and
// renamed into the folder itself when it is kept, so that a process which is killed leaves no part of one.
// It may leave a file that it kept for a transaction which it did not commit; `sweep` removes those.
import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, opendir, readdir, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { FileStorage } from './files.ts'

export interface FolderStorage extends FileStorage {
  /** Opens a kept file. The stream fails with ENOENT where there is none. @throws Error for another text. */
  open(key: string): Readable
  /** Removes a kept file, if it is there. @throws Error for a text that is no key. */
  remove(key: string): Promise<void>
  /**
   * Removes the kept files that nothing refers to, and what processes that have ended left incomplete.
   * Files that arrived within the last hour stay: the transaction that refers to them may be open.
   * @param isKnown tells whether something refers to the file of a key.
   * @returns how many kept files it removed.
   */
  sweep(isKnown: (key: string) => Promise<boolean>): Promise<number>
}

const hour = 3_600_000
const day = 24 * hour
/** Any other file in the folder is not of this storage. */
const keySyntax = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/
const host = hostname().replaceAll('.', '-')
const ownName = `${host}.${process.pid}.${randomUUID()}`

/** Opens a storage in a folder, and removes what processes that have ended left incomplete. */
export async function openFolderStorage(folder: string): Promise<FolderStorage> {
  const incoming = join(folder, 'incoming')
  const own = join(incoming, ownName)
  await mkdir(own, { recursive: true })
  await removeAbandoned(incoming)
  const pathOf = (key: string) => {
    if (!keySyntax.test(key)) throw new Error('a file is found by the key that keeping it returned')
    return join(folder, key)
  }
  return {
    create() {
      const id = randomUUID()
      const path = join(own, id)
      const writable = createWriteStream(path, { flags: 'wx' })
      return {
        writable,
        stream: () => createReadStream(path),
        async keep() {
          await flush(path, 'r+')
          await rename(path, pathOf(id))
          await flush(folder, 'r')
          return id
        },
        async remove() {
          writable.destroy()
          // A file that is still being opened would be there again.
          if (!writable.closed) await finished(writable).catch(() => {})
          await rm(path, { force: true })
          await rm(pathOf(id), { force: true })
        },
      }
    },
    open: (key) => createReadStream(pathOf(key)),
    remove: (key) => rm(pathOf(key), { force: true }),
    async sweep(isKnown) {
      await removeAbandoned(incoming)
      let count = 0
      for await (const entry of await opendir(folder)) {
        const { name } = entry
        if (!entry.isFile() || !keySyntax.test(name)) continue
        const path = pathOf(name)
        if (!(await isOlder(path, hour)) || (await isKnown(name))) continue
        await rm(path, { force: true })
        count += 1
      }
      return count
    },
  }
}

/** Waits until the bytes of a file, or the names in a folder, are on the disk. */
async function flush(path: string, flags: 'r' | 'r+') {
  const file = await open(path, flags)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

async function removeAbandoned(incoming: string) {
  for (const name of await readdir(incoming)) {
    if (name === ownName) continue
    const path = join(incoming, name)
    if (await isAbandoned(name, path)) await rm(path, { recursive: true, force: true })
  }
}

/** Tells whether the process that wrote below a folder has ended: on another host, after a day. */
async function isAbandoned(name: string, path: string): Promise<boolean> {
  const [from, pid] = name.split('.')
  if (from === host) return Number(pid) === process.pid || !isRunning(Number(pid))
  return isOlder(path, day)
}

/** Tells whether a file or folder was last changed more than so many milliseconds ago. */
async function isOlder(path: string, ms: number): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path)
    return Date.now() - mtimeMs > ms
  } catch (error) {
    // Another process has removed it meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
