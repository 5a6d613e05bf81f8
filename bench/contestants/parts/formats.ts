// The checks behind the formats of the served contract, for contestants that validate with schemas.
import { formats } from '../../../src/engine/formats.ts'
import { isStorable } from '../../../src/engine/storable.ts'

/** A format that the contract leaves out: the service checks every text of a request for it. */
export const storable = 'storable'

const standard = Object.values(formats).flatMap(({ accepts, standard: { format } }) =>
  format === undefined ? [] : [[String(format), accepts] as const],
)

/** The checks by the name of the format. */
export const formatChecks = Object.fromEntries([...standard, [storable, isStorable] as const])
