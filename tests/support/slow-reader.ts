// A client that sends one request many times at once on one connection, and reads only when told to.
import { once } from 'node:events'
import { connect } from 'node:net'

/** Connects and sends the requests. Nothing is read until `resume` is called on the socket. */
export async function sendWithoutReading(port: number, path: string, times: number) {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {}) // the tests watch its close event
  await once(socket, 'connect')
  socket.pause()
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(times))
  return socket
}
