// Holds electron-builder.yml against the schema that electron-builder brings. Needs no network.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const { getConfig, validateConfiguration } = require('app-builder-lib/out/util/config/config.js')
const { DebugLogger } = require('builder-util')

const root = fileURLToPath(new URL('..', import.meta.url))
await validateConfiguration(await getConfig(root, 'electron-builder.yml', null), new DebugLogger(false))
console.log('The configuration of electron-builder is valid.')
