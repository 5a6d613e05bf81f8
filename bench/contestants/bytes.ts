// The bare floor, for information: `node:http` that sends a fixed text, and does nothing else. No
// request id, no headers beyond what HTTP asks for, no log: what no service can do without.
import { createServer } from 'node:http'
import { settings } from './parts/settings.ts'

const { keepAliveTimeout, port, version } = settings
const body = JSON.stringify({ status: 'ok', version })
const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }

const server = createServer({ keepAliveTimeout }, (_req, res) => {
  res.writeHead(200, headers).end(body)
})
server.listen(port, '127.0.0.1')
