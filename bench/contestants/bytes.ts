// `node:http` that sends a fixed text, for information: no request id, no headers beyond what HTTP
// requires, no log. No service can be faster.
import { createServer } from 'node:http'
import { settings } from './parts/settings.ts'

const { keepAliveTimeout, port, version } = settings
const body = JSON.stringify({ status: 'ok', version })
const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }

const server = createServer({ keepAliveTimeout }, (_req, res) => {
  res.writeHead(200, headers).end(body)
})
server.listen(port, '127.0.0.1')
