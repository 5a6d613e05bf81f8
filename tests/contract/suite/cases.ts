// The cases of this service: those of the contract suite, and what a service with users answers beside them.
import { operations } from '../../../generated/operations.ts'
import { type Break, type Case as CaseOf, casesOf } from '../../../scripts/contract/suite/cases.ts'
import type { OperationId } from '../../../src/contract.ts'
import type { Operation } from '../../../src/engine/operation.ts'
import { failures, successes } from './requests.ts'
import type { World } from './world.ts'

export type Case = CaseOf<World, OperationId>

/** The path parameters that name an owner somewhere in the contract. */
const owners = new Set(Object.values<Operation>(operations).map((it) => it.owner))

/** Returns the path parameters of an operation: those that name the owner, and those that identify the resource. */
export function pathParameters({ parameters }: Operation) {
  const names = Object.keys(parameters.path)
  return {
    whose: names.filter((it) => owners.has(it)),
    which: names.filter((it) => !owners.has(it)),
  }
}

/** Another user requests the same resource under their own name: its id alone gives no access. */
const byAnotherUser: Break<World> = async (sent, world, operation) => {
  const { whose, which } = pathParameters(operation)
  if (which.length === 0) {
    throw new Error(`requests.ts needs a request for which ${operation.operationId} returns 404`)
  }
  const other = await world.person()
  const own = Object.fromEntries(whose.map((it) => [it, other.username]))
  return { ...sent, as: sent.as && other, params: { ...sent.params, ...own } }
}

const breaks: Readonly<Record<number, Break<World>>> = {
  403: async (sent, world) => ({ ...sent, as: await world.person() }),
  404: byAnotherUser,
}

/**
 * Returns all cases in the order of the contract.
 * @throws Error for a status that no request provokes
 */
export function allCases(): Case[] {
  return casesOf(operations, { successes, failures, breaks })
}
