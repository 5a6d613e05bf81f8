// The floors of the house: imports go down only. What each floor is stands in docs/architecture.md.
const leaves =
  '^src/(config|server-config|redis-config|http-config|signing-keys|environment|errors|log|log-output|clock|transaction|normalize-password)\\.ts$'
const entries = '^src/(server|worker|create-superuser|process|cluster)\\.ts$'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'leaves-import-nothing-of-the-house',
      comment:
        'floor 0: config with its parts, errors, log, clock, transaction, normalize-password',
      severity: 'error',
      from: { path: leaves },
      to: {
        path: '^src/',
        pathNot:
          '^src/(environment|server-config|redis-config|http-config|signing-keys|log-output)\\.ts$',
      },
    },
    {
      name: 'contract-is-pure',
      comment: 'floor 1: contract/ knows the leaves and what is generated, and no I/O',
      severity: 'error',
      from: { path: '^src/contract/' },
      to: { path: '^src/(?!contract/)', pathNot: leaves },
    },
    {
      name: 'contract-does-no-io',
      severity: 'error',
      from: { path: '^src/contract/' },
      // Hashing and the spelling of domain names are no I/O.
      to: {
        dependencyTypes: ['npm', 'core'],
        pathNot: '^(crypto|url)$|node_modules/(@types/)?ajv',
      },
    },
    {
      name: 'platform-knows-no-siblings',
      comment: 'floor 1: platform/ knows the leaves alone',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/(?!platform/)', pathNot: leaves },
    },
    {
      name: 'http-knows-no-feature',
      comment: 'floor 1: http/ may import contract/ and platform/',
      severity: 'error',
      from: { path: '^src/http/' },
      to: { path: '^src/(?!http/|contract/|platform/)', pathNot: leaves },
    },
    {
      name: 'only-http-knows-koa',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/http/' },
      to: { path: 'node_modules/(@types/)?(koa|@koa|koa-body|koa__|openapi-backend|find-my-way)' },
    },
    {
      name: 'features-know-neither-http-nor-the-floors-above',
      comment: 'floor 2: a feature imports contract/, platform/ and the leaves',
      severity: 'error',
      from: { path: '^src/features/' },
      to: { path: '^src/(?!features/|contract/|platform/)', pathNot: leaves },
    },
    {
      name: 'features-do-not-know-each-other',
      comment: 'only a model may follow a foreign key to another model',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/', pathNot: '/model\\.ts$' },
      to: { path: '^src/features/', pathNot: '^src/features/$1/' },
    },
    {
      name: 'models-follow-foreign-keys-alone',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/model\\.ts$' },
      to: { path: '^src/features/', pathNot: '^src/features/($1/|[^/]+/model\\.ts$)' },
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
