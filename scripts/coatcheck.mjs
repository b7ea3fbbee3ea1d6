#!/usr/bin/env node
// The command: checks the Node it runs on, then hands over to the built command line.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { hasRightNode } from './right-node.mjs'

if (await hasRightNode(fileURLToPath(import.meta.url))) {
  const cli = new URL('../out/main/cli.js', import.meta.url)
  if (existsSync(cli)) await import(cli.href)
  else {
    console.error('coatcheck: INTERNAL: Coatcheck is not built. (Run "npm run build" first.)')
    process.exitCode = 1
  }
}
