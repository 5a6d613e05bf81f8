import type { ValidatorTable } from '../src/contract/tables.ts'
import type { operations } from './operations.ts'

export declare const validators: ValidatorTable<keyof typeof operations>
