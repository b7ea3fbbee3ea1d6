// Whether out/ was built from the sources that are there now.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const STAMP = join(ROOT, 'out/.stamp')
const SOURCES = ['electron', 'renderer', 'shared', 'electron.vite.config.ts', 'package.json', 'package-lock.json']

/** Called by the build when it has ended. */
export function writeStamp() {
  mkdirSync(join(ROOT, 'out'), { recursive: true })
  writeFileSync(STAMP, hashSources())
}

export function isBuilt() {
  try {
    return readFileSync(STAMP, 'utf8') === hashSources()
  } catch {
    return false
  }
}

/** By content, so that neither a checkout nor a clock can mislead it. Tests are no part of a build. */
function hashSources() {
  const hash = createHash('sha256')
  for (const path of SOURCES) addTo(hash, path)
  return hash.digest('hex')
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} path
 */
function addTo(hash, path) {
  const full = join(ROOT, path)
  if (statSync(full).isDirectory()) for (const name of readdirSync(full).sort()) addTo(hash, `${path}/${name}`)
  else if (!path.endsWith('.test.ts')) hash.update(path).update('\0').update(readFileSync(full)).update('\0')
}
