// The mock of the contract: Prism in this process, answering on the same paths as the service with
// the contract's examples, or what a `Prefer` header asks for. The launcher runs it as a part.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { getHttpOperationsFromSpec } from '@stoplight/prism-cli/dist/operations.js'
import { createServer } from '@stoplight/prism-http-server'
import { pino } from 'pino'
import { loadConfig, readEnvironment } from '../src/config.ts'
import { pathPrefix, readContract } from './infrastructure/contract.ts'

// Prism writes a dozen lines a request, some of them at a level of its own.
const quietLogger = Object.assign(pino({ level: 'silent' }), { success() {} })

/**
 * Serves the mock of a bundled OpenAPI document on loopback.
 * @returns how to close it. @throws where the document cannot be read or the port is taken.
 */
export async function startMock(options: {
  document?: string
  port: number
}): Promise<{ close(): Promise<void> }> {
  const contract = readContract(options.document)
  const prefix = pathPrefix(contract)
  // Prism ignores the path of `servers`: the paths themselves have to carry it.
  const prefixed = Object.entries(contract.paths).map(([path, item]) => [prefix + path, item])
  const paths = Object.fromEntries(prefixed)
  const operations = await getHttpOperationsFromSpec({
    ...contract,
    paths,
    servers: [{ url: '/' }],
  })
  const server = createServer(operations, {
    cors: true,
    components: { logger: quietLogger },
    config: {
      isProxy: false,
      validateRequest: true,
      validateResponse: true,
      checkSecurity: true,
      errors: false,
      upstreamProxy: undefined,
      mock: { dynamic: false },
    },
  })
  refuseBrokenPaths(server)
  await server.listen(options.port, '127.0.0.1')
  return server
}

/** Prism decodes a path outside of any error handling: one that is broken would end the process. */
function refuseBrokenPaths(server: ReturnType<typeof createServer>) {
  const { prism } = server
  const answer = prism.request.bind(prism)
  prism.request = (input, ...rest) => {
    try {
      decodeURIComponent(input.url.path)
    } catch {
      const error = Object.assign(new Error('The path is not valid percent-encoding'), {
        status: 400,
      })
      return async () => ({ _tag: 'Left', left: error })
    }
    return answer(input, ...rest)
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  await startMock({ port: loadConfig(readEnvironment()).development.mockPort })
}
