// Files of multipart bodies: what a storage does, what a handler gets, and what becomes of them afterwards.
import type { ServerResponse } from 'node:http'
import type { Readable, Writable } from 'node:stream'
import { mayHaveCommitted } from './errors.ts'

/** Stores the files of requests. */
export interface FileStorage {
  /** Opens a new file, of which nothing is left unless it is kept. */
  create(): IncomingFile
}

export interface IncomingFile {
  /** Takes the bytes as they arrive. The file is complete when it has finished. */
  readonly writable: Writable
  /** Opens the complete file. */
  stream(): Readable
  /** Keeps the complete file, and returns the key by which the storage finds it from then on. */
  keep(): Promise<string>
  /** Removes the file, complete or not, kept or not. */
  remove(): Promise<void>
}

/** A file of a multipart body. It is removed at the end of its request, unless the handler keeps it. */
export interface UploadedFile {
  /** The name that the client gives it, without folders: for people to read, not for a path. */
  readonly filename: string | undefined
  /** The media type that the client gives it, without parameters; its bytes may be of another. */
  readonly mediaType: string
  /** In bytes. */
  readonly size: number
  stream(): Readable
  /**
   * Keeps the file, and returns the key by which the storage finds it. It is removed all the same if the
   * handler answers an ApiError afterwards.
   */
  keep(): Promise<string>
}

/** The files of one request. */
export class RequestFiles {
  readonly #all = new Map<IncomingFile, { isKept: boolean }>()
  readonly #streams = new Set<Readable>()
  readonly #res: ServerResponse

  constructor(res: ServerResponse) {
    this.#res = res
  }

  add(file: IncomingFile) {
    this.#all.set(file, { isKept: false })
  }

  /** Returns what the handler gets of a complete file. */
  uploaded(file: IncomingFile, told: Pick<UploadedFile, 'filename' | 'mediaType' | 'size'>) {
    const state = this.#all.get(file)
    return {
      ...told,
      stream: () => this.#opened(file.stream()),
      keep: async () => {
        const key = await file.keep()
        if (state !== undefined) state.isKept = true
        return key
      },
    } satisfies UploadedFile
  }

  /** Removes a file at once. */
  async remove(file: IncomingFile) {
    this.#all.delete(file)
    await file.remove()
  }

  #opened(stream: Readable): Readable {
    this.#streams.add(stream)
    stream.once('close', () => this.#streams.delete(stream))
    return stream
  }

  #closeStreams() {
    for (const it of this.#streams) it.destroy()
  }

  /** Removes all files but those that the handler has kept; with `withKept` these as well. */
  async clear({ withKept }: { withKept: boolean }) {
    const left = [...this.#all].filter(([, { isKept }]) => withKept || !isKept)
    await Promise.all(left.map(([file]) => file.remove()))
    // A stream that the handler has not read to its end would hold its file open; the response may be one.
    if (this.#res.closed) this.#closeStreams()
    else this.#res.once('close', () => this.#closeStreams())
  }
}

/** What is known of a request that may have files. */
interface WithFiles {
  readonly files: RequestFiles | undefined
}

/** Returns the function that runs a request and then removes what its handler has not kept. */
export function clearingFiles<Context extends WithFiles>(run: (context: Context) => Promise<void>) {
  return async (context: Context): Promise<void> => {
    try {
      await run(context)
    } catch (error) {
      // What has been committed may refer to a file that was kept.
      await context.files?.clear({ withKept: !mayHaveCommitted(error) })
      throw error
    }
    await context.files?.clear({ withKept: false })
  }
}
