import * as electron from 'electron'
import { start } from './bootstrap.ts'

await start(electron, { entry: import.meta.url, args: process.argv, env: process.env, platform: process.platform, packagedResources: process.resourcesPath })
