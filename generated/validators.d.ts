import type { ValidatorsOf } from '../src/engine/tables.ts'
import type { operations } from './operations.ts'

export declare const validators: ValidatorsOf<typeof operations>
