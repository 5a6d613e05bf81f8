import type { Serializer, SerializerTable } from '../src/engine/operation.ts'
import type { operations } from './operations.ts'

export declare const serializers: SerializerTable<keyof typeof operations>
export declare const serializeProblem: Serializer
