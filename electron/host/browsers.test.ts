import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findBrowser } from './browsers.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'coatcheck-browsers-')) })
afterEach(() => rmSync(folder, { recursive: true }))

function install(name: string, mode = 0o755): string {
  const path = join(folder, name)
  writeFileSync(path, '')
  chmodSync(path, mode)
  return path
}

test('Chromium before Chrome before Edge, as found on the path', () => {
  const env = { PATH: folder, DISPLAY: ':0' }
  expect(findBrowser(env, 'linux')).toBeNull()
  const edge = install('microsoft-edge')
  expect(findBrowser(env, 'linux')).toEqual({ name: 'Edge', path: edge })
  const chrome = install('google-chrome')
  expect(findBrowser(env, 'linux')).toEqual({ name: 'Chrome', path: chrome })
  install('chromium', 0o644)
  expect(findBrowser(env, 'linux')).toEqual({ name: 'Chrome', path: chrome })
})

test('none without a display to show it on', () => {
  install('chromium')
  expect(findBrowser({ PATH: folder }, 'linux')).toBeNull()
  expect(findBrowser({ PATH: folder, WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).not.toBeNull()
})

test('one that is named is taken first', () => {
  install('chromium')
  const other = install('other')
  expect(findBrowser({ PATH: folder, DISPLAY: ':0', CHROMIUM: other }, 'linux')?.path).toBe(other)
})
