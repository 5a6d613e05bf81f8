// The type of a transaction, and nothing else: a leaf, since the engine opens one around a write that is
// to be carried out once, and the handler that is given it knows no engine.
import type { Knex } from 'knex'

export type Transaction = Knex.Transaction
