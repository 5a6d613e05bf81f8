import type { ValidatorsOf } from '../src/engine/operation.ts'
import type { operations } from './operations.ts'

export declare const validators: ValidatorsOf<typeof operations>
