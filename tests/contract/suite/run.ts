// The contract suite, bound to the contract of this service.
import { contract, operations } from '../../../generated/operations.ts'
import { validators } from '../../../generated/validators.js'
import * as answers from '../../../scripts/contract/suite/answers.ts'
import type { Sent } from '../../../scripts/contract/suite/cases.ts'
import * as suite from '../../../scripts/contract/suite/run.ts'
import type { OperationId } from '../../../src/contract.ts'
import type { Case } from './cases.ts'
import type { World } from './world.ts'

export type { Answer } from '../../../scripts/contract/suite/answers.ts'
export { matrix } from '../../../scripts/contract/suite/run.ts'
export type Target = suite.Target<World>

const own = { basePath: contract.basePath, operations, validators }

export const violationsOf = (id: OperationId, method: string, answer: answers.Answer) =>
  answers.violationsOf(own, id, method, answer)

export const violationsOfCase = (target: Target, it: Case) =>
  suite.violationsOfCase(own, target, it)

export const pathOf = (id: OperationId, sent: Sent) => suite.pathOf(own, id, sent)

export const send = (origin: string, id: OperationId, sent: Sent) =>
  suite.send(own, origin, id, sent)
