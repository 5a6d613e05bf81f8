import type { ValidatorsOf } from '../src/contract/tables.ts'
import type { operations } from './operations.ts'

export declare const validators: ValidatorsOf<typeof operations>
