// Answers whether the process is up; `/readyz` says whether its dependencies are.
import { contract, type Handlers } from '../../contract.ts'

export function healthHandlers(): Pick<Handlers, 'getHealth'> {
  return {
    getHealth: () => ({ status: 200, body: { status: 'ok', version: contract.version } }),
  }
}
