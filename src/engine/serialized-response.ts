// A response as it leaves: the one form that every answer takes, whether a handler, a refusal or the
// cache made it, and the bytes as which the cache keeps one.

export interface SerializedResponse {
  readonly status: number
  /** All but what the body itself says (`Content-Length`) and what names the request. */
  readonly headers: Readonly<Record<string, string>>
  /** Null where the status has none. */
  readonly body: string | Buffer | null
}

/** A 200 as bytes: a line for each header, an empty line, the body. */
export function encode({ headers, body }: SerializedResponse): Buffer {
  let head = ''
  for (const name in headers) head += `${name}: ${headers[name]}\n`
  return Buffer.concat([Buffer.from(`${head}\n`), Buffer.from(body ?? '')])
}

/** The 200 that was encoded; its body is a view of the bytes, which nobody parses. */
export function decode(bytes: Buffer): SerializedResponse {
  const end = bytes.indexOf('\n\n')
  const headers: Record<string, string> = {}
  for (const line of bytes.toString('utf8', 0, end).split('\n')) {
    const colon = line.indexOf(': ')
    headers[line.slice(0, colon)] = line.slice(colon + 2)
  }
  return { status: 200, headers, body: bytes.subarray(end + 2) }
}
