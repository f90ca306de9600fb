// Which folder may import what: the folder table of README.md, checked by scripts/check-imports.mjs. That runs these
// rules twice: over the sources, where every import counts, and over the sources with their types stripped
// (YILU_IMPORTS=values), where only what runs counts; so a folder can be open to types alone.
const valuesOnly = process.env.YILU_IMPORTS === 'values';

/**
 * `own`: files of ours it may import; `types`: of those, only types. `npm`: the packages it may import, any when
 * left out. `core: false`: none of Node's own modules, because it must run anywhere (domain) or in the sandbox.
 */
const FOLDERS = [
  {
    folder: 'domain',
    own: ['domain/'],
    npm: [
      'zod',
      '@marcbachmann/cel-js',
      'temporal-polyfill',
      'intl-messageformat',
      '@formatjs/icu-messageformat-parser',
      'sms-segments-calculator',
    ],
    core: false,
  },
  { folder: 'definitions', own: [], npm: [], core: false },
  { folder: 'authoring', own: ['authoring/', 'domain/'], npm: ['yaml', 'zod'] },
  {
    folder: 'workflows',
    own: ['workflows/'],
    types: ['domain/', 'activities/'],
    npm: ['@temporalio/workflow', '@temporalio/common'],
    core: false,
  },
  { folder: 'activities', own: ['activities/', 'domain/', 'store/', 'messaging/', 'workflows/messages'] },
  { folder: 'messaging', own: ['messaging/', 'domain/'] },
  { folder: 'store', own: ['store/', 'domain/', 'prisma/'] },
  { folder: 'prisma', own: ['prisma/'] },
  {
    folder: 'api',
    own: [
      'api/',
      'domain/',
      'store/',
      'authoring/',
      'messaging/',
      'workflows/messages',
      'activities/poke-journey',
      'prisma/migrate',
    ],
  },
  {
    folder: 'worker',
    own: [
      'worker/',
      'domain/',
      'activities/',
      'store/',
      'authoring/',
      'messaging/',
      'workflows/',
      'prisma/',
      'scripts/',
    ],
  },
  { folder: 'web', own: ['web/'], types: ['api/'] },
  { folder: 'local', own: ['local/', 'scripts/'] },
  { folder: 'scripts', own: ['scripts/'] },
];

const escape = (text) => text.replaceAll(/[.\\+*?[^\]$(){}=!<>|:-]/g, '\\$&');
const noneOf = (starts) => (starts.length === 0 ? '' : `(?!${starts.map(escape).join('|')})`);

const forbidden = FOLDERS.flatMap(({ folder, own, types = [], npm, core = true }) => {
  const from = { path: `^${folder}/` };
  const allowed = valuesOnly ? own : [...own, ...types];
  const rules = [
    {
      name: `${folder}-imports`,
      comment: `${folder}/ may import ${allowed.join(', ') || 'nothing of ours'}${types.length ? ` (only types of ${types.join(', ')})` : ''}.`,
      severity: 'error',
      from,
      to: {
        path: `^${noneOf(allowed)}(?!node_modules/)`,
        dependencyTypesNot: ['core'],
        couldNotResolve: false,
      },
    },
  ];
  if (npm)
    rules.push({
      name: `${folder}-packages`,
      comment: `${folder}/ may import the packages ${npm.join(', ') || '(none)'}.`,
      severity: 'error',
      from,
      to: { path: `^node_modules/${noneOf(npm.map((name) => `${name}/`))}` },
    });
  if (!core)
    rules.push({
      name: `${folder}-without-node`,
      comment: `${folder}/ must run without Node's own modules.`,
      severity: 'error',
      from,
      to: { dependencyTypes: ['core'] },
    });
  return rules;
});

export default {
  forbidden: [
    ...forbidden,
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-tests-in-the-product',
      comment: 'Only tests and bench may import tests or packages that production does not install.',
      severity: 'error',
      from: { pathNot: '^(tests|bench|scripts)/|\\.config\\.' },
      to: { path: '^(tests|bench)/' },
    },
    {
      name: 'no-development-packages',
      severity: 'error',
      from: { pathNot: '^(tests|bench|scripts)/|\\.config\\.' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm'] },
    },
  ],
  options: {
    parser: 'swc',
    // The stripped copy has a link to node_modules; its target would lie outside of the copy.
    preserveSymlinks: true,
    doNotFollow: { path: '^node_modules/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
