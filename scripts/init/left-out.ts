// What is the template's own: a service does not get it. Each text has to be in its file exactly once, so
// that an edit of the file cannot make this list wrong unnoticed.

/** Files and folders. */
export const paths: readonly string[] = [
  'bench',
  'docs/adopting.md',
  'docs/decisions/0107-the-bench-compares-equal-work.md',
  'docs/performance.md',
  'docs/performance.svg',
  'scripts/adopt',
  'scripts/adopt.ts',
  'scripts/init',
  'scripts/init.mjs',
  'tests/adopt.test.ts',
  'tests/bench.test.ts',
  'tests/docs.test.ts',
  'tests/init.test.ts',
  'tests/slow/bench',
  'tests/slow/commands/adopt.test.ts',
  'tests/slow/commands/eject.test.ts',
  'tests/slow/commands/init.test.ts',
  'tests/slow/commands/new-command.test.ts',
  'tests/slow/guides',
  'tests/slow/own-service.test.ts',
  'tests/support/template.ts',
]

/** Keys of JSON files. */
export const keys: readonly (readonly [file: string, ...path: string[]])[] = [
  ['knip.json', 'workspaces', 'bench'],
  ['package.json', 'scripts', 'adopt'],
  ['package.json', 'scripts', 'bench'],
  ['package.json', 'scripts', 'init'],
]

type Cut = readonly [file: string, from: string | RegExp, to?: string]

/** What is removed or replaced in files that stay. A whole line is written with its end. */
export const cuts: readonly Cut[] = [
  ['.ci/run', 'if [ -d bench ]; then npm ci --prefix bench; npm run types --prefix bench; fi\n'],
  // A service has a vocabulary of its own.
  ['CONTRIBUTING.md', /^- Use the standard words of the field\.(.*\n)+?(?=- )/],
  ['CONTRIBUTING.md', /^\| `overrides` in `bench\/`.*\n/],
  ['cspell.config.yaml', /^flagWords:\n(.*\n)+?(?=words:)/],
  ['cspell.config.yaml', /^# {3}flagWords .*\n/],
  ['docs/README.md', /^\| How do I make a service from another contract\?.*\n/],
  ['docs/README.md', /^\| How fast is it\?.*\n/],
  ['docs/README.md', /\n## Coming from FastAPI-boilerplate\n(.*\n)+/],
  ['docs/architecture.md', /^bench\/ .*\n/],
  [
    'docs/decisions/README.md',
    '- [The bench compares equal work](0107-the-bench-compares-equal-work.md)\n',
  ],
  ['docs/README.md', /^The code in these pages is complete:.*\n\n?/],
  ['docs/security.md', /^`tests\/docs\.test\.ts` checks.*\n/],
  ['docs/testing.md', ', bench'],
  ['knip.json', ', "taskset"'],
  ['knip.json', '"scripts/init/make.ts",'],
  // What is left out was the only user of some exports.
  [
    'knip.json',
    '"ignoreBinaries"',
    '"ignore": ["tests/support/**"], "ignoreExportsUsedInFile": true, "ignoreBinaries"',
  ],
]
