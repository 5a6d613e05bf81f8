// The dependency rules. docs/architecture.md explains them.
const entries = '^src/(server|worker)\\.ts$|^src/cli/'
const roots = '^src/(app|worker-app)\\.ts$'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'lib-and-config-stand-alone',
      comment: 'lib/ imports nothing of the service, config/ imports lib/',
      severity: 'error',
      from: { path: '^src/(lib|config)/' },
      to: { path: '^src/', pathNot: '^src/(lib|$1)/' },
    },
    {
      name: 'engine-imports-lib-alone',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: { path: '^(src|generated)/', pathNot: '^src/(engine|lib)/' },
    },
    {
      name: 'layers-import-lib-and-the-engine',
      comment: 'db/ cache/ jobs/ security/ may import each other, without cycles',
      severity: 'error',
      from: { path: '^src/(db|cache|jobs|security)/' },
      to: { path: '^src/', pathNot: '^src/(lib|engine|db|cache|jobs|security)/' },
    },
    {
      name: 'http-imports-lib-and-the-engine',
      severity: 'error',
      from: { path: '^src/http/' },
      to: { path: '^src/', pathNot: '^src/(http|lib|engine)/' },
    },
    {
      name: 'only-http-and-the-engine-know-koa',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(http|engine)/' },
      to: { path: 'node_modules/(@types/)?(koa|@koa|koa-body|koa__|openapi-backend|find-my-way)' },
    },
    {
      name: 'features-do-not-import-http-or-what-wires-them',
      severity: 'error',
      from: { path: '^src/features/' },
      to: { path: `^src/(http|config)/|${roots}` },
    },
    {
      name: 'features-meet-the-engine-in-contract-ts',
      severity: 'error',
      from: { path: '^src/features/' },
      to: { path: '^src/engine/' },
    },
    {
      name: 'only-contract-ts-and-what-wires-import-generated-files',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(contract\\.ts$|cli/)|${roots}` },
      to: { path: '^generated/' },
    },
    {
      name: 'features-do-not-import-each-other',
      comment: 'a model may follow a foreign key to another model',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/', pathNot: '/[\\w-]*model\\.ts$' },
      to: { path: '^src/features/', pathNot: '^src/features/$1/' },
    },
    {
      name: 'models-follow-foreign-keys-alone',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/[\\w-]*model\\.ts$' },
      to: { path: '^src/features/', pathNot: '^src/features/($1/|[^/]+/[\\w-]*model\\.ts$)' },
    },
    {
      name: 'only-the-composition-roots-wire',
      comment: 'app.ts and worker-app.ts, and the commands in cli/',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: `${roots}|^src/(features|config|cli)/|${entries}`,
      },
      to: { path: '^src/(features|config)/' },
    },
    {
      name: 'nothing-imports-an-entry-point',
      severity: 'error',
      from: { pathNot: entries },
      to: { path: entries },
    },
    {
      name: 'the-service-needs-no-development-dependency',
      severity: 'error',
      from: { path: '^(src|generated)/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node'],
    },
  },
}
