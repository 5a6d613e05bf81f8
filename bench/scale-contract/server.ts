// The service of a synthetic contract: what `npm run bench -- --scale-contract` starts.
import { serveContract } from '../engine-server.ts'

const thing = {
  id: '00000000-0000-7000-8000-000000000000',
  title: 'A thing',
  createdAt: '2026-01-01T00:00:00Z',
}
const show = () => ({ status: 200, body: thing })
const answerNothing = () => ({ status: 204 })

await serveContract((names) =>
  Object.fromEntries(
    names.map((name) => [name, name.startsWith('getThing') ? show : answerNothing]),
  ),
)
