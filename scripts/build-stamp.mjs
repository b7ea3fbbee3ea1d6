// Whether out/ was built from the sources that are there now.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const STAMP = 'out/.stamp'
const SOURCES = ['electron', 'renderer', 'shared', 'electron.vite.config.ts', 'package.json', 'package-lock.json']

/**
 * Called by the build when it has ended.
 * @param {string} root
 */
export function writeStamp(root) {
  mkdirSync(join(root, 'out'), { recursive: true })
  writeFileSync(join(root, STAMP), hashSources(root))
}

/** @param {string} root */
export function isBuilt(root) {
  try {
    return readFileSync(join(root, STAMP), 'utf8') === hashSources(root)
  } catch {
    return false
  }
}

/**
 * By content, so that neither a checkout nor a clock can mislead it. Tests are no part of a build.
 * @param {string} root
 */
function hashSources(root) {
  const hash = createHash('sha256')
  for (const path of SOURCES) addTo(hash, root, path)
  return hash.digest('hex')
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} root
 * @param {string} path
 */
function addTo(hash, root, path) {
  const full = join(root, path)
  if (statSync(full).isDirectory()) for (const name of readdirSync(full).sort()) addTo(hash, root, `${path}/${name}`)
  else if (!path.endsWith('.test.ts')) hash.update(path).update('\0').update(readFileSync(full)).update('\0')
}
