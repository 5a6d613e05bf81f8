// Rows of `tasks`.

import { Model, snakeCaseMappers } from 'objection'
import type { Schemas } from '../../contract.ts'
import type { Timestamp } from '../../lib/clock.ts'

export class TaskModel extends Model {
  static override tableName = 'tasks'
  static override columnNameMappers = snakeCaseMappers()
  static override jsonAttributes = ['input', 'result', 'problem']

  declare id: string
  declare userId: string
  declare type: string
  declare input: object
  declare status: Schemas['TaskStatus']
  declare progress: number
  declare attempts: number
  /** Counted by a trigger: 1 for a new task, one more for each change. */
  declare version: number
  declare result: object | null
  declare problem: object | null
  declare createdAt: Timestamp
  declare updatedAt: Timestamp
  declare startedAt: Timestamp | null
  declare finishedAt: Timestamp | null
}
