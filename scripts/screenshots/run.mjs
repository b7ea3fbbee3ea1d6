// npm run screenshots [-- --all [--out FOLDER] [--only TEXT]]: pictures of the built app. Without --all those of the README; with it every screen
// of tests/e2e/screens in light and dark, 1280×800 and 900×600, and an index.html of all of them. Needs a build, a Chromium, and the Djangos of the tests.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { takeEvery } from './every-screen.mjs'
import { takeReadme } from './readme.mjs'
import { openBrowser } from './studio.mjs'

const { values } = parseArgs({ options: { all: { type: 'boolean', default: false }, out: { type: 'string', default: 'test-results/screenshots' }, only: { type: 'string', default: '' } } })
const folder = await mkdtemp(join(tmpdir(), 'coatcheck-screenshots-'))
const browser = await openBrowser()
try {
  if (values.all) process.exitCode = await takeEvery(browser, { folder, out: resolve(values.out), only: values.only })
  else await takeReadme(browser, folder)
} finally {
  await browser.close()
  await rm(folder, { recursive: true, force: true })
}
