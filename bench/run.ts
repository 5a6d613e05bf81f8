// `npm run bench`: how fast the service is, beside a fair floor and other ways to build it. Starts all
// it needs, lets the contestants take turns in short slices, and prints tables.
//   npm run bench                       everything, within a quarter of an hour
//   npm run bench -- --quick            the same in short, within two minutes: a first impression
//   npm run bench -- --scale            what each read costs while the data grows to a million posts
//   npm run bench -- --profile=<workload>  where the time of a request goes, in service and floor
//   npm run bench -- --with=<folder>    together with another build, such as a copy of an older dist/
//   npm run bench -- --out=<folder>     where JSON and chart go; else .data/bench
import { parseArgs } from 'node:util'
import { compare } from './compare.ts'
import { profile } from './profile.ts'
import { scale } from './scale.ts'
import { setUp } from './set-up.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    scale: { type: 'boolean', default: false },
    with: { type: 'string' },
    profile: { type: 'string' },
    out: { type: 'string', default: '.data/bench' },
  },
})

const bench = await setUp()
try {
  if (options.profile !== undefined) await profile(bench, { ...options, profile: options.profile })
  else await (options.scale ? scale(bench, options) : compare(bench, options))
} finally {
  await bench.stop()
}
if (bench.interrupted()) process.exitCode = 1
