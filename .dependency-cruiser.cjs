/** The house rules of docs/architecture.md, each with the sentence that its breach prints. */
const DOORS = ['graphql', 'oidc', 'pages', 'cli'];
const DOMAIN_FOLDERS = [
  'accounts',
  'audit',
  'clients',
  'groups',
  'logouts',
  'mail',
  'passwords',
  'permissions',
  'services',
  'sessions',
  'throttling',
  'tokens',
  'users',
];

/** One library, one home. */
const HOMES = {
  argon2: '^src/domain/passwords/',
  '@zxcvbn-ts/.*': '^src/domain/passwords/',
  jose: '^src/domain/tokens/',
  'rate-limiter-flexible': '^src/domain/throttling/',
  nodemailer: '^src/platform/mailer',
  'prom-client': '^src/platform/metrics',
  pino: '^src/platform/logger',
  '@apollo/.*': '^src/graphql/',
  '@as-integrations/.*': '^src/graphql/',
  'type-graphql': '^src/graphql/',
  // The door, and the check of product teams' schemas, which reads SDL and answers no request.
  graphql: '^src/(graphql|cli/service)/',
  commander: '^src/cli/',
  eta: '^src/pages/',
  'oidc-provider': '^src/oidc/',
  bowser: '^src/domain/sessions/',
  // Manifests are files that people type and read.
  '(yaml|fastest-levenshtein)': '^src/cli/service/',
  '@mikro-orm/(postgresql|migrations)': '^(src/platform|migrations)/',
  // What people write by hand: settings, and manifests.
  zod: '^src/(settings|client-settings|cli/service/manifest)',
};

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Files may not depend on each other in a circle: decorated classes then fail at load.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-knows-no-door',
      comment: 'Domain code never learns who is calling.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { path: `^src/(${DOORS.join('|')}|app|identity|use-cases|entities|protocol|page-sources|main)` },
    },
    {
      name: 'domain-knows-no-http',
      comment: 'Domain code knows neither HTTP nor GraphQL.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { path: 'node_modules/(fastify|@fastify|graphql|@apollo|type-graphql)' },
    },
    ...DOORS.map((door) => ({
      name: `door-${door}-alone`,
      comment: 'Doors never import each other: what two doors need belongs to the domain.',
      severity: 'error',
      from: { path: `^src/${door}/` },
      to: { path: `^src/(${DOORS.filter((other) => other !== door).join('|')})/` },
    })),
    {
      name: 'doors-know-no-composition',
      comment: 'Doors are handed what they need; only the composition root wires parts together.',
      severity: 'error',
      from: { path: `^src/(${DOORS.join('|')})/` },
      to: {
        path: '^src/(app|identity|use-cases|entities|protocol|page-sources|main|operate|config|settings|client-settings)',
      },
    },
    {
      name: 'platform-knows-no-identity',
      comment: 'The floor knows nothing of identity.',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/(?!platform/)' },
    },
    {
      name: 'config-is-read-at-the-top',
      comment: 'Only the composition root reads the configuration; everything else is handed its part.',
      severity: 'error',
      from: { path: '^src/(domain|graphql|oidc|pages|cli|platform)/' },
      to: { path: '^src/(config|settings|client-settings)' },
    },
    ...DOMAIN_FOLDERS.map((folder) => ({
      name: `enter-${folder}-by-its-door`,
      comment: 'A domain folder is entered through its index.ts, from doors and from the composition root.',
      severity: 'error',
      from: { path: '^src/(?!domain/)' },
      to: { path: `^src/domain/${folder}/(?!index\\.ts)` },
    })),
    {
      name: 'secrets-stay-in-the-domain',
      comment: 'No door imports what holds a secret: password hashes, private keys, derived keys.',
      severity: 'error',
      from: { path: `^src/(${DOORS.join('|')})/` },
      to: { path: '^src/domain/.*(password-credential|signing-key|derived-keys|outgoing-mail)' },
    },
    ...Object.entries(HOMES).map(([library, home]) => ({
      name: `one-home-for-${library.replace(/[^a-z0-9]+/g, '-')}`,
      comment: `${library} is used in one place only (${home}); ask that place instead.`,
      severity: 'error',
      from: { path: '^src/', pathNot: home },
      to: { path: `node_modules/${library}/`, dependencyTypesNot: ['type-only'] },
    })),
    {
      name: 'browser-and-server-apart',
      comment: 'The explorer knows the server by its API alone, as every other client does.',
      severity: 'error',
      from: { path: '^explorer/' },
      to: { path: '^(src|migrations|scripts)/' },
    },
    {
      name: 'server-and-browser-apart',
      comment: 'The server knows the explorer as files that have been built.',
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: { path: '^explorer/' },
    },
    {
      name: 'no-development-packages',
      comment: 'What runs in production may not need a development dependency.',
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nothing uses is dead: delete it.',
      severity: 'error',
      from: {
        orphan: true,
        path: '^(src|explorer)/',
        pathNot: '^(src/main\\.ts|src/pages/templates/.*|explorer/vite\\.config\\.ts)$',
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.d.ts'],
    },
    reporterOptions: {
      archi: {
        collapsePattern: '^src/(domain/[^/]+|[^/]+)',
      },
    },
  },
};
