// All rows of tests/engine/openapi.
import { testRows } from '../../engine/openapi/run.ts'
import { topics } from '../../engine/openapi/topics.ts'

testRows(Object.values(topics).flat())
