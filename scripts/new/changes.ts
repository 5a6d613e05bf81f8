// Changes to files, computed before any of them is written.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The files of a repository with changes that are not written yet. */
export class Changes {
  readonly #root: string
  readonly #after = new Map<string, string>()

  constructor(root: string) {
    this.#root = root
  }

  /** Returns the text of a file with its changes; undefined if there is none. */
  async find(path: string): Promise<string | undefined> {
    if (this.#after.has(path)) return this.#after.get(path)
    return readFile(join(this.#root, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
  }

  /** @throws Error for a file that exists. */
  async create(path: string, text: string): Promise<void> {
    if ((await this.find(path)) !== undefined) throw new Error(`${path} exists already`)
    this.#after.set(path, text)
  }

  /** Changes a file that exists. @throws Error that names the file, where it is missing. */
  async edit(path: string, change: (text: string) => string): Promise<void> {
    const text = await this.find(path)
    if (text === undefined) throw new Error(`${path} is missing`)
    try {
      this.#after.set(path, change(text))
    } catch (error) {
      throw new Error(`${path}: ${(error as Error).message}`)
    }
  }

  /** Returns the paths of the files that change. */
  paths(): string[] {
    return [...this.#after.keys()]
  }

  async write(): Promise<void> {
    for (const [path, after] of this.#after) {
      const file = join(this.#root, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, after)
    }
  }
}
