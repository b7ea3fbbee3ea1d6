import { mkdtemp, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fakeSafeStorage } from '../../../tests/support/electron.ts'
import type { StorageBackend } from '../../../tests/support/electron.ts'
import { createKeychain } from '../../main/keychain.ts'
import type { ElectronApi } from '../../main/electron-api.ts'
import { createPassphraseBox } from './passphrase-box.ts'
import { createVault } from './vault.ts'

const SECRET = 'MARKER-hunter2'
const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'coatcheck-vault-'))
const keychain = (options: { backend?: StorageBackend; available?: boolean } = {}, platform: NodeJS.Platform = 'linux') =>
  createKeychain({ safeStorage: fakeSafeStorage(options) } as unknown as ElectronApi, platform)

async function everything(path: string): Promise<string> {
  return (await Promise.all((await readdir(path)).map((name) => readFile(join(path, name), 'latin1')))).join('\n')
}

test('with a keychain a secret is kept sealed, for the owner only, and outlives the run', async () => {
  const path = await folder()
  const vault = createVault(path, keychain())
  await vault.write('c1.password', SECRET)
  expect(await createVault(path, keychain()).read('c1.password')).toBe(SECRET)
  expect(await vault.state()).toEqual({ kind: 'keychain', name: 'the system keyring', locked: false })
  expect((await stat(join(path, 'secrets.json'))).mode & 0o777).toBe(0o600)
  expect(await everything(path)).not.toContain(SECRET)
})

test.each([
  [{ backend: 'basic_text' }, 'linux', { kind: 'memory', why: 'unprotected' }],
  [{ backend: 'unknown' }, 'linux', { kind: 'memory', why: 'no-keychain' }],
  [{ available: false }, 'darwin', { kind: 'memory', why: 'no-keychain' }],
  [{ backend: 'basic_text' }, 'darwin', { kind: 'keychain', name: 'macOS Keychain' }],
  [{}, 'win32', { kind: 'keychain', name: 'Windows (DPAPI)' }],
] as const)('safeStorage with %j on %s: %j', async (options, platform, state) => {
  expect(await createVault(await folder(), keychain(options, platform)).state()).toMatchObject(state)
})

test('without a keychain secrets stay in memory: nothing reaches the disk, and another run knows nothing', async () => {
  const path = await folder()
  const vault = createVault(path, keychain({ backend: 'basic_text' }))
  await vault.write('c1.password', SECRET)
  expect(await vault.read('c1.password')).toBe(SECRET)
  expect(await readdir(path)).toEqual([])
  expect(await createVault(path, null).read('c1.password')).toBeNull()
})

test('a passphrase takes what is in memory into an encrypted file, and is asked for in the next run', async () => {
  const path = await folder()
  const vault = createVault(path, null)
  await vault.write('c1.password', SECRET)
  await vault.unlock('correct horse battery')
  await vault.write('c2.ssh', 'another')
  expect(await everything(path)).not.toContain(SECRET)
  expect((await stat(join(path, 'secrets.json'))).mode & 0o777).toBe(0o600)

  const next = createVault(path, null)
  expect(await next.state()).toEqual({ kind: 'passphrase', locked: true })
  expect([...await next.ids()].sort()).toEqual(['c1.password', 'c2.ssh'])
  await expect(next.read('c1.password')).rejects.toMatchObject({ code: 'VAULT_LOCKED' })
  await expect(next.write('c3.password', 'x')).rejects.toMatchObject({ code: 'VAULT_LOCKED' })
  await expect(next.unlock('correct horse batterz')).rejects.toMatchObject({ code: 'VAULT_LOCKED' })
  await next.unlock('correct horse battery')
  expect([await next.read('c1.password'), await next.read('c2.ssh'), await next.read('none')]).toEqual([SECRET, 'another', null])
  await next.remove(['c1.password'])
  expect(await next.read('c1.password')).toBeNull()
  await next.clear()
  expect(await readdir(path)).toEqual([])
})

test('a sealed secret does not open under another id, nor after a bit was turned', async () => {
  const box = await createPassphraseBox('passphrase', Buffer.alloc(16), { N: 1024, r: 8, p: 1 })
  const sealed = await box.seal(SECRET, 'c1')
  expect(await box.open(sealed, 'c1')).toBe(SECRET)
  expect(await box.open(sealed, 'c2')).toBeNull()
  for (const at of [0, 12, sealed.length - 1]) {
    const turned = Buffer.from(sealed)
    turned[at] = (turned[at] ?? 0) ^ 1
    expect(await box.open(turned, 'c1')).toBeNull()
  }
  expect(await box.open(Buffer.alloc(5), 'c1')).toBeNull()
  const system = keychain()
  expect(await system.open(await system.seal(SECRET, 'c1'), 'c2')).toBeNull()
})

test('a damaged file is set aside', async () => {
  const path = await folder()
  await writeFile(join(path, 'secrets.json'), '{')
  expect(await createVault(path, null).read('c1.password')).toBeNull()
})
