// Large responses, and a client that requests one many times at once on one connection and reads only when
// told to.
import { once } from 'node:events'
import { connect } from 'node:net'
import { person } from './builders.ts'
import type { Service } from './service.ts'

interface LargeList {
  readonly path: string
  readonly headers: { readonly authorization: string }
  readonly bytes: number
}

/** Creates users whose list takes almost a quarter of a megabyte, and returns what a GET of it needs. */
export async function largeList(service: Service): Promise<LargeList> {
  const { token } = await person(service)
  await service.db.raw(`
    insert into users (id, name, username, email, password_hash, profile_image_url, created_at, updated_at)
    select gen_random_uuid(), repeat('\u{1f4d6}', 30), 'large' || n, 'large' || n || '@example.com', 'none',
      left('https://images.example.com/' || n || repeat('-', 2048), 2048), now(), now()
    from generate_series(1, 100) n on conflict do nothing`)
  const path = '/api/v1/users?limit=100'
  const headers = { authorization: `Bearer ${token}` }
  const bytes = (await (await fetch(service.url + path, { headers })).arrayBuffer()).byteLength
  return { path, headers, bytes }
}

/** Connects and sends the requests. Nothing is read until `resume` is called on the socket. */
export async function sendWithoutReading(
  port: number,
  { path, headers }: LargeList,
  times: number,
) {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {}) // the tests watch its close event
  await once(socket, 'connect')
  socket.pause()
  const { authorization } = headers
  const request = `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`
  socket.write(request.repeat(times))
  return socket
}
