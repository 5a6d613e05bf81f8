// Whether the process answers; `/readyz` says whether it can also do its work.
import { contract, type Handlers } from '../../contract.ts'

export function healthHandlers(): Pick<Handlers, 'getHealth'> {
  return {
    getHealth: () => ({ status: 200, body: { status: 'ok', version: contract.version } }),
  }
}
