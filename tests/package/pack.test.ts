import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, posix } from 'node:path'
import { extractFile, listPackage } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PackedApp } from '../support/packed-app.ts'
import { packApp } from '../support/packed-app.ts'

/** As they stand in the executable. */
const [DISABLE, ENABLE] = [0x30, 0x31]

const ROOT = join(import.meta.dirname, '../..')

let app: PackedApp
let archive: string
let files: readonly string[]
beforeAll(async () => {
  app = await packApp()
  archive = join(app.folder, 'resources/app.asar')
  files = listPackage(archive, { isPack: false }).map((file) => file.slice(1).replaceAll('\\', '/'))
})
afterAll(() => app[Symbol.dispose]())

test('the configuration is what electron-builder reads', () => {
  const output = execFileSync(process.execPath, [join(ROOT, 'scripts/check-builder-config.mjs')], { encoding: 'utf8' })
  expect(output).toContain('is valid')
})

describe('the archive', () => {
  test('holds what was built, its packages and nothing else', () => {
    expect(new Set(files.map((file) => file.split('/', 1)[0]))).toEqual(new Set(['node_modules', 'out', 'package.json']))
    expect(files).toEqual(expect.arrayContaining(['out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html']))
  })

  test('holds every file that the main process and its threads import, and no other', () => {
    const { local, packages } = importsOf(['out/main/index.js', 'out/main/store-worker.js', 'out/main/decode-worker.js'])
    expect(files.filter((file) => file.startsWith('out/main/') && file.endsWith('.js')).sort()).toEqual([...local].sort())
    for (const name of packages) expect(files).toContain(`node_modules/${name}/package.json`)
  })

  test('holds no Node, no sources, no binary of another system, no tests', () => {
    const wrong = files.filter((file) => /node_modules\/node-(linux|darwin|win|bin)|\.[cm]?ts$|\.vue$|\.map$|\.c$|\.h$|binding\.gyp|\.test\./.test(file))
    expect(wrong).toEqual([])
    expect(files.filter((file) => file.includes('better-sqlite3/prebuilds/'))).toEqual(['node_modules/better-sqlite3/prebuilds/linux-x64.node'])
  })

  test('leaves libraries where the system can load them', () => {
    expect(readdirSync(`${archive}.unpacked/node_modules/better-sqlite3/prebuilds`)).toEqual(['linux-x64.node'])
  })
})

test('the demo and the icons lie beside the archive', () => {
  expect(readdirSync(join(app.folder, 'resources/demo'))).toEqual(expect.arrayContaining(['db.sqlite3', 'manage.py']))
  expect(readdirSync(join(app.folder, 'resources/icons'))).toContain('256x256.png')
})

test('the fuses are set', async () => {
  const fuses = await getCurrentFuseWire(join(app.folder, 'coatcheck'))
  expect(fuses).toMatchObject({
    [FuseV1Options.RunAsNode]: DISABLE,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: DISABLE,
    [FuseV1Options.EnableNodeCliInspectArguments]: DISABLE,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: ENABLE,
    [FuseV1Options.OnlyLoadAppFromAsar]: ENABLE,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: DISABLE,
  })
})

/** Follows imports inside the archive; packages by the name of their folder. */
function importsOf(entries: readonly string[]): { readonly local: ReadonlySet<string>; readonly packages: ReadonlySet<string> } {
  const local = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: string): void => {
    if (local.has(file)) return
    local.add(file)
    const source = extractFile(archive, file).toString('utf8')
    for (const [, name = ''] of source.matchAll(/(?<![.\w"'])(?:from|import)\s*\(?\s*["']([^"'\n]+)["']/g)) {
      if (name.startsWith('.')) visit(posix.join(posix.dirname(file), name))
      else if (!name.startsWith('node:') && !builtinModules.includes(name) && name !== 'electron') packages.add(/^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)
    }
  }
  for (const entry of entries) visit(entry)
  return { local, packages }
}

test('what is packed is what is built now', () => {
  expect(extractFile(archive, 'out/preload/index.cjs').equals(readFileSync(join(ROOT, 'out/preload/index.cjs')))).toBe(true)
})
