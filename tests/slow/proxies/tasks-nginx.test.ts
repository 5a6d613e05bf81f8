// nginx in front of servers that restart: no request is lost, and none is done twice.
// Slow because servers start and stop.
import { randomUUID } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { person } from '../../support/builders.ts'
import { keepAsking } from '../../support/kept-connections.ts'
import { startNginx } from '../../support/nginx.ts'
import { useProduct } from '../../support/product.ts'
import { useService } from '../../support/service.ts'

const service = useService()
const product = useProduct()

describe('kept connections between proxy and servers', () => {
  it('lose and repeat no request while the servers restart one after the other', async () => {
    const env = { ...service.env, DRAIN_DELAY_SECONDS: '1', LOG_LEVEL: 'warn' }
    const servers = [await product.startServer(env), await product.startServer(env)]
    const addresses = servers.map((it) => `server 127.0.0.1:${it.port} max_fails=0;`).join(' ')
    const nginx = await startNginx({
      http: `upstream service { ${addresses} keepalive 16; }`,
      // What a server resets is sent to the other one; the key keeps it from being done twice.
      server: `location / { proxy_pass http://service;
        proxy_http_version 1.1; proxy_set_header Connection "";
        proxy_next_upstream error timeout non_idempotent; }`,
    })
    onTestFinished(nginx.stop)
    const { token, id } = await person(service)
    const asking = keepAsking({
      url: `${nginx.url}/api/v1/tasks`,
      method: 'POST',
      headers: () => ({
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      }),
      body: '{"type":"greet","input":{"name":"Ada"}}',
      clients: 20,
      thinkMs: (client) => 10 + client * 10,
    })
    for (let restart = 0; restart < 4; restart += 1) {
      const stopping = servers[restart % 2]
      if (stopping === undefined) throw new Error('there is no such server')
      stopping.child.kill('SIGTERM')
      const { code, output } = await stopping.ended
      expect(code, output).toBe(0)
      const again = await product.startServer({ ...env, PORT: String(stopping.port) })
      servers[restart % 2] = again
    }
    await asking.stop()
    expect(asking.failures).toEqual([])
    expect([...asking.statuses.keys()]).toEqual([202])
    const [row] = await service.db('tasks').where({ user_id: id }).count()
    expect(Number(row?.count)).toBe(asking.answered())
  })
})
