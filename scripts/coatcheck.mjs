#!/usr/bin/env node
// The command: checks the Node it runs on, then hands over to the built command line.
import { existsSync } from 'node:fs'
import { basename, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hasRightNode } from './right-node.mjs'

// What the user has typed; next steps begin the same. The right Node, where it is another one, is told by the environment.
process.env['COATCHECK_TYPED'] ??= typedBefore()

if (await hasRightNode(fileURLToPath(import.meta.url))) {
  const cli = new URL('../out/main/cli.js', import.meta.url)
  if (existsSync(cli)) await import(cli.href)
  else {
    console.error('coatcheck: INTERNAL: Coatcheck is not built. (Run "npm run build" first.)')
    process.exitCode = 1
  }
}

/** The words before the command's own, which work again in the same folder. */
function typedBefore() {
  const { npm_lifecycle_event: event } = process.env
  const script = process.argv[1] ?? ''
  if (event === 'npx') return 'npx coatcheck'
  if (event === 'coatcheck') return 'npm run --silent coatcheck --'
  return basename(script).startsWith('coatcheck.mjs') ? `node ${relative(process.cwd(), script)}` : 'coatcheck'
}
