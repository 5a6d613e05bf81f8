// Files in a folder of this machine. A file is written below `incoming/`, in a folder of the process, and
// renamed into the folder itself when it is kept, so that a process which is killed leaves no part of one.
import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
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
}

const host = hostname().replaceAll('.', '-')
const ownName = `${host}.${process.pid}.${randomUUID()}`

/** Opens a storage in a folder, and removes what processes that have ended left incomplete. */
export async function openFolderStorage(folder: string): Promise<FolderStorage> {
  const incoming = join(folder, 'incoming')
  const own = join(incoming, ownName)
  await mkdir(own, { recursive: true })
  await removeAbandoned(incoming)
  const pathOf = (key: string) => {
    if (!/^[\w-]+$/.test(key))
      throw new Error('a file is found by the key that keeping it returned')
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
          await flush(path)
          await rename(path, pathOf(id))
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
  }
}

/** Waits until the bytes of a file are on the disk. */
async function flush(path: string) {
  const file = await open(path, 'r+')
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

const day = 86_400_000

/** Tells whether the process that wrote below a folder has ended: on another host, after a day. */
async function isAbandoned(name: string, path: string): Promise<boolean> {
  const [from, pid] = name.split('.')
  if (from === host) return Number(pid) === process.pid || !isRunning(Number(pid))
  const { mtimeMs } = await stat(path)
  return Date.now() - mtimeMs > day
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
