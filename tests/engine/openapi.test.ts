// A tenth of the rows of tests/engine/openapi, chosen by a seed; `npm run test:slow` runs all of them.
import { testRows } from './openapi/run.ts'
import { topics } from './openapi/topics.ts'

const seed = Number(process.env.ROWS_SEED ?? Math.floor(Math.random() * 10))
console.log(`the tenth of the rows that runs: ROWS_SEED=${seed}`)
testRows(
  Object.values(topics)
    .flat()
    .filter((_, index) => index % 10 === seed % 10),
)
