import boundaries from 'eslint-plugin-boundaries'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'

const element = (type, pattern) => ({ type, pattern, partialMatch: false })
const allow = (from, ...to) => ({ from: { element: { type: from } }, allow: { to: { element: { type: to } } } })

/** Rooms of the house, most specific first. ARCHITECTURE.md draws the same picture. */
const ELEMENTS = [
  element('shared', 'shared'),
  element('codecs', 'electron/core/codecs'),
  element('drivers', 'electron/core/stores/*'),
  element('store-contract', 'electron/core/stores'),
  element('sessions', 'electron/core/sessions'),
  element('reports', 'electron/core/reports'),
  element('cleanup', 'electron/core/cleanup'),
  element('connections', 'electron/core/connections'),
  element('tunnel', 'electron/core/tunnel'),
  element('vault', 'electron/core/vault'),
  element('workers', 'electron/core/workers'),
  element('journal', 'electron/core/journal'),
  element('demo', 'electron/core/demo'),
  element('sources', 'electron/core/sources'),
  element('project', 'electron/core/project'),
  element('core-util', 'electron/core/util'),
  element('rpc', 'electron/rpc'),
  element('app', 'electron/app'),
  element('shell', 'electron/{main,preload,host,cli}'),
  element('ui-rpc', 'renderer/src/rpc'),
  element('ui-state', 'renderer/src/state'),
  element('ui-composables', 'renderer/src/composables'),
  element('ui-components', 'renderer/src/components'),
  element('ui-views', 'renderer/src/views'),
  element('ui-format', 'renderer/src/format'),
  element('ui-root', 'renderer/src'),
  element('tests', 'tests'),
  element('bench', 'bench'),
]

/** Who may import whom. */
const POLICIES = [
  allow('shared', 'shared'),
  allow('core-util', 'shared', 'core-util'),
  allow('codecs', 'shared', 'core-util', 'codecs'),
  allow('store-contract', 'shared', 'store-contract'),
  allow('drivers', 'shared', 'core-util', 'codecs', 'store-contract', 'drivers'),
  allow('journal', 'shared', 'core-util', 'store-contract', 'journal'),
  allow('workers', 'shared', 'core-util', 'codecs', 'workers'),
  allow('sessions', 'shared', 'core-util', 'codecs', 'store-contract', 'journal', 'sessions'),
  allow('reports', 'shared', 'core-util', 'codecs', 'store-contract', 'sessions', 'reports'),
  allow('cleanup', 'shared', 'core-util', 'codecs', 'store-contract', 'sessions', 'cleanup'),
  allow('tunnel', 'shared', 'core-util', 'tunnel'),
  allow('vault', 'shared', 'core-util', 'vault'),
  allow('connections', 'shared', 'core-util', 'store-contract', 'drivers', 'tunnel', 'connections'),
  allow('demo', 'shared', 'core-util', 'codecs', 'store-contract', 'connections', 'demo'),
  allow('sources', 'shared', 'core-util', 'codecs', 'store-contract', 'drivers', 'sessions', 'connections', 'tunnel', 'demo', 'project', 'sources'),
  allow('project', 'shared', 'core-util', 'codecs', 'project'),
  allow('rpc', 'shared', 'core-util', 'codecs', 'store-contract', 'sessions', 'reports', 'cleanup', 'connections', 'journal', 'demo', 'sources', 'project', 'vault', 'rpc'),
  allow('app', 'shared', 'core-util', 'codecs', 'store-contract', 'sessions', 'cleanup', 'connections', 'workers', 'journal', 'demo', 'sources', 'project', 'vault', 'rpc', 'app'),
  allow('shell', 'shared', 'core-util', 'project', 'vault', 'rpc', 'app', 'shell'),
  allow('ui-format', 'shared', 'ui-format'),
  allow('ui-rpc', 'shared', 'ui-rpc'),
  allow('ui-state', 'shared', 'ui-rpc', 'ui-state'),
  allow('ui-composables', 'shared', 'ui-format', 'ui-rpc', 'ui-state', 'ui-composables'),
  allow('ui-components', 'shared', 'ui-format', 'ui-composables', 'ui-components'),
  allow('ui-views', 'shared', 'ui-format', 'ui-state', 'ui-composables', 'ui-components', 'ui-views'),
  allow('ui-root', 'shared', 'ui-root', 'ui-views', 'ui-state', 'ui-composables', 'ui-rpc'),
  allow('tests', '*'),
  allow('bench', '*'),
]

/** A client library has one room. */
const onlyIn = (room, names) => names.map((name) => ({ name, message: `Only ${room} uses ${name}.` }))
const ELECTRON = onlyIn('electron/main and electron/preload', ['electron'])
const STORE_CLIENTS = onlyIn('electron/core/stores', ['better-sqlite3', 'ioredis', 'mysql2', 'pg'])
const SSH = onlyIn('electron/core/tunnel', ['ssh2', 'ssh-config'])
const POOL = onlyIn('electron/core/workers', ['piscina'])
const NODE = [{ group: ['node:*'], message: 'No Node APIs here: this code also runs in the renderer.' }]

export default tseslint.config(
  { ignores: ['out/', 'dist/', 'node_modules/', 'test-results/', 'playwright-report/', '.venv/', '.cache/'] },
  { files: ['**/*.ts', '**/*.vue'], extends: [tseslint.configs.strict] },
  ...vue.configs['flat/recommended'],
  { files: ['**/*.vue'], languageOptions: { parserOptions: { parser: tseslint.parser } } },
  {
    files: ['{electron,renderer,shared,tests,bench}/**/*.{ts,vue}'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { typescript: { project: './tsconfig.json', noWarnOnMultipleProjects: true } },
      'boundaries/elements': ELEMENTS,
    },
    rules: {
      'boundaries/dependencies': ['error', { default: 'disallow', policies: POLICIES }],
      'boundaries/no-unknown-files': 'error',
    },
  },
  {
    files: ['{electron,renderer,shared,bench}/**/*.{ts,vue}'],
    rules: {
      'max-lines': ['error', { max: 300, skipComments: true, skipBlankLines: true }],
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-dynamic-delete': 'error',
      'no-console': 'error',
    },
  },
  // A test stands beside its subject, and may use what other tests use.
  { files: ['**/*.test.ts'], rules: { 'boundaries/dependencies': 'off', 'max-lines': 'off' } },
  { files: ['electron/{cli,host}/**/*.ts', 'bench/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['electron/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { paths: [...ELECTRON, ...STORE_CLIENTS, ...SSH, ...POOL] }],
      'no-restricted-globals': ['error', 'window', 'document'],
    },
  },
  { files: ['electron/core/stores/**/*.ts'], rules: { 'no-restricted-imports': ['error', { paths: [...ELECTRON, ...SSH, ...POOL] }] } },
  { files: ['electron/core/tunnel/**/*.ts'], rules: { 'no-restricted-imports': ['error', { paths: [...ELECTRON, ...STORE_CLIENTS, ...POOL] }] } },
  { files: ['electron/core/workers/**/*.ts'], rules: { 'no-restricted-imports': ['error', { paths: [...ELECTRON, ...STORE_CLIENTS, ...SSH] }] } },
  { files: ['electron/{main,preload}/**/*.ts'], rules: { 'no-restricted-imports': ['error', { paths: [...STORE_CLIENTS, ...SSH, ...POOL] }] } },
  {
    files: ['shared/**/*.ts', 'renderer/**/*.{ts,vue}'],
    rules: { 'no-restricted-imports': ['error', { paths: [...ELECTRON, ...STORE_CLIENTS, ...SSH, ...POOL], patterns: NODE }] },
  },
  {
    files: ['renderer/**/*.vue'],
    rules: {
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/no-v-html': 'error',
      'vue/no-v-text-v-html-on-component': 'error',
      'vue/max-lines-per-block': ['error', { script: 120, template: 140, style: 120, skipBlankLines: true }],
      // Layout of templates is a matter of taste that a linter settles badly.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/attributes-order': 'off',
    },
  },
  {
    files: ['renderer/**/*.{ts,vue}'],
    rules: {
      // HTML sinks: data becomes text, never markup (docs/security.md).
      'no-restricted-properties': ['error', ...['innerHTML', 'outerHTML', 'insertAdjacentHTML'].map((property) => ({ property, message: 'Data becomes text, never markup.' })), ...['write', 'writeln'].map((property) => ({ object: 'document', property, message: 'Data becomes text, never markup.' }))],
    },
  },
)
