import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmdirSync, statSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import type { StoreProfile } from '../../electron/core/connections/open-store.ts'
import { pythonMicros } from '../../electron/core/stores/file/file-times.ts'
import type { SessionStore } from '../../electron/core/stores/session-store.ts'
import { makeFolder, saveFile } from './store/folder-harness.ts'
import { NOON, collect, never, readAll } from './store/harness.ts'
import { saying } from '../support/saying.ts'

const order = { by: 'stored', direction: 'asc' } as const
const AGE = 1_209_600
const KEY = 'abcdefghijklmnopqrstuvwxyz012345'
const isRoot = process.getuid?.() === 0
const bytes = (text: string): Uint8Array => Buffer.from(text)

describe('a folder of session files', () => {
  let folder = ''
  let store: SessionStore
  const profile = (path = folder): Extract<StoreProfile, { kind: 'file' }> => ({ kind: 'file', path, cookieName: 'sessionid', cookieAgeSeconds: AGE })
  const pathOf = (key: string): string => join(folder, `sessionid${key}`)
  const etagOf = async (key: string): Promise<string> => (await store.read(key, never))?.etag ?? ''

  beforeEach(async () => {
    folder = await makeFolder()
    store = await openStore(profile())
  })
  afterEach(async () => {
    await store[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  it('ends each session SESSION_COOKIE_AGE after the last change of its file, and keeps that time when data is edited', async () => {
    saveFile(pathOf(KEY), 'one', NOON + 123_457)
    expect((await store.read(KEY, never))?.expireDate).toBe(NOON + 123_457 + AGE * 1_000_000)
    const edited = await store.write({ key: KEY, ifEtag: await etagOf(KEY), data: bytes('two') }, never)
    expect(edited).toMatchObject({ outcome: 'done' })
    expect((await store.read(KEY, never))?.expireDate).toBe(NOON + 123_457 + AGE * 1_000_000)
    await store.write({ key: KEY, ifEtag: edited.etag ?? '', expireDate: NOON + 7 }, never)
    expect(pythonMicros(statSync(pathOf(KEY), { bigint: true }).mtimeNs)).toBe(NOON + 7 - AGE * 1_000_000)
  })

  it('refuses an end that would need a time before 1970', async () => {
    saveFile(pathOf(KEY), 'one', NOON)
    expect(await store.write({ key: KEY, ifEtag: await etagOf(KEY), expireDate: 5 }, never)).toMatchObject({ outcome: 'failed', reason: saying('SESSION_COOKIE_AGE') })
    expect(readdirSync(folder)).toEqual([`sessionid${KEY}`])
  })

  it('lists what Django would take for sessions, and nothing else', async () => {
    saveFile(pathOf(KEY), 'one')
    for (const name of ['sessionid', 'sessionidUPPER', `sessionid${KEY}_out_12345678`, 'sessionid-x', `other${KEY}`, 'notes.txt']) writeFileSync(join(folder, name), 'x')
    mkdirSync(pathOf('folder00'))
    expect(await readAll(store, order, 10)).toEqual([KEY])
    expect((await collect(store.tally({ order, every: 5, now: NOON }, never))).at(-1)).toMatchObject({ examined: 1 })
  })

  it('opens no link, pipe, socket, device or folder, whoever asks', async () => {
    saveFile(join(folder, 'secret'), 'not a session')
    symlinkSync(join(folder, 'secret'), pathOf('link0000'))
    symlinkSync(pathOf('loop0000'), pathOf('loop0000'))
    execFileSync('mkfifo', [pathOf('pipe0000')])
    mkdirSync(pathOf('folder00'))
    const server = createServer().listen(pathOf('socket00'))
    await new Promise((resolve) => server.once('listening', resolve))
    if (isRoot) execFileSync('mknod', [pathOf('device00'), 'c', '1', '5'])
    try {
      expect(await readAll(store, order, 10)).toEqual([])
      for (const key of ['link0000', 'loop0000', 'pipe0000', 'folder00', 'socket00', ...(isRoot ? ['device00'] : [])]) {
        await expect(store.read(key, never)).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
        expect(await store.write({ key, ifEtag: 'x', data: bytes('y') }, never)).toMatchObject({ outcome: 'failed' })
        expect(await store.deleteMany([{ key, ifEtag: null }], never)).toMatchObject([{ outcome: 'failed' }])
      }
      expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('not a session')
    } finally {
      server.close()
    }
  })

  it('never leaves its folder, whatever the key or the image says', async () => {
    const outside = `${folder}-outside`
    writeFileSync(outside, 'x')
    try {
      saveFile(pathOf(KEY), 'one')
      const image = (await store.read(KEY, never))?.image ?? { key: '', columns: {} }
      for (const key of ['../x', `/../../${outside}`, '..', '.', '/', `x/../../${KEY}`, '%2e%2e', 'a\u0000b', 'x'.repeat(4000), '']) {
        expect(await store.read(key, never)).toBeNull()
        expect(await store.write({ key, ifEtag: 'x', data: bytes('y') }, never)).toMatchObject({ outcome: 'gone' })
        expect(await store.deleteMany([{ key, ifEtag: null }], never)).toMatchObject([{ outcome: 'gone' }])
        await expect(store.restore({ ...image, key }, never)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
        await expect(store.restore({ key: KEY, columns: { ...image.columns, name: `../${outside}` } }, never)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
      }
      expect(readFileSync(outside, 'utf8')).toBe('x')
    } finally {
      unlinkSync(outside)
    }
  })

  it('keeps the mode of a file, and brings it back with its time', async () => {
    saveFile(pathOf(KEY), 'one', NOON)
    chmodSync(pathOf(KEY), 0o640)
    const before = await store.read(KEY, never)
    expect(before?.physical).toContainEqual({ name: 'mode', value: '0640' })
    const edited = await store.write({ key: KEY, ifEtag: before?.etag ?? '', data: bytes('two') }, never)
    expect(statSync(pathOf(KEY)).mode & 0o777).toBe(0o640)
    await store.deleteMany([{ key: KEY, ifEtag: edited.etag }], never)
    expect(await store.restore(before?.image ?? { key: '', columns: {} }, never)).toMatchObject({ outcome: 'done', etag: before?.etag })
    expect(statSync(pathOf(KEY)).mode & 0o777).toBe(0o640)
    expect(await store.read(KEY, never)).toEqual(before)
  })

  it('reads without a trace: neither content, nor times, nor names change', async () => {
    saveFile(pathOf(KEY), 'one', NOON)
    // Older than the change: what `relatime` would move forward.
    utimesSync(pathOf(KEY), 1_000_000_000, NOON / 1_000_000)
    const look = (): string => JSON.stringify([readdirSync(folder), statSync(pathOf(KEY), { bigint: true }), statSync(folder, { bigint: true }).mtimeNs], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
    const before = look()
    await readAll(store, order, 1)
    await store.read(KEY, never)
    await collect(store.tally({ order, every: 1, now: NOON }, never))
    expect(look()).toBe(before)
  })

  it('writes nothing over a file that Django replaced with one of the same size and time', async () => {
    saveFile(pathOf(KEY), 'one', NOON)
    const etag = await etagOf(KEY)
    saveFile(pathOf(KEY), 'eno', NOON)
    expect(await store.write({ key: KEY, ifEtag: etag, data: bytes('mine') }, never)).toMatchObject({ outcome: 'conflict' })
    expect(await store.deleteMany([{ key: KEY, ifEtag: etag }], never)).toMatchObject([{ outcome: 'conflict' }])
    expect(readFileSync(pathOf(KEY), 'utf8')).toBe('eno')
  })

  it('has put the whole of a file in place, or nothing: a second name keeps the old one', async () => {
    saveFile(pathOf(KEY), 'old'.repeat(100_000), NOON)
    linkSync(pathOf(KEY), join(folder, 'backup'))
    const edited = await store.write({ key: KEY, ifEtag: await etagOf(KEY), data: bytes('new'.repeat(90_000)) }, never)
    expect(edited.outcome).toBe('done')
    expect(readFileSync(pathOf(KEY), 'utf8')).toBe('new'.repeat(90_000))
    expect(readFileSync(join(folder, 'backup'), 'utf8')).toBe('old'.repeat(100_000))
  })

  it('does not go on in another folder that has taken the place', async () => {
    saveFile(pathOf(KEY), 'one', NOON)
    const etag = await etagOf(KEY)
    renameSync(folder, `${folder}-moved`)
    mkdirSync(folder)
    saveFile(pathOf(KEY), 'one', NOON)
    try {
      await expect(store.write({ key: KEY, ifEtag: etag, data: bytes('x') }, never)).rejects.toMatchObject({ code: 'CONNECT_LOST' })
      await expect(store.read(KEY, never)).rejects.toMatchObject({ code: 'CONNECT_LOST' })
    } finally {
      await rm(`${folder}-moved`, { recursive: true })
    }
  })

  it.each([['nothing', '/nowhere/at/all', 'STORE_NOT_FOUND'], ['a file', import.meta.filename, 'STORE_NOT_FOUND']])('says so where there is %s', async (_, path, code) => {
    await expect(openStore(profile(path))).rejects.toMatchObject({ code })
  })

  describe.skipIf(!isRoot)('as another user (skipped: only root can become one)', () => {
    const asNobody = async <T>(work: () => Promise<T>): Promise<T> => {
      process.seteuid?.(65_534)
      try {
        return await work()
      } finally {
        process.seteuid?.(0)
      }
    }

    it('a permission that is lost fails that write, and leaves everything as it was', async () => {
      saveFile(pathOf(KEY), 'one', NOON)
      chownSync(folder, 65_534, 65_534)
      chownSync(pathOf(KEY), 65_534, 65_534)
      const etag = await etagOf(KEY)
      chmodSync(folder, 0o500)
      await asNobody(async () => {
        expect(await store.write({ key: KEY, ifEtag: etag, data: bytes('x') }, never)).toMatchObject({ outcome: 'failed', reason: saying('not allowed') })
        expect(await store.deleteMany([{ key: KEY, ifEtag: etag }], never)).toMatchObject([{ outcome: 'failed' }])
        chmodSync(folder, 0o000)
        await expect(store.read(KEY, never)).rejects.toMatchObject({ code: 'STORE_PERMISSION' })
        await expect(store.listPage({ order, cursor: null, limit: 5 }, never)).rejects.toMatchObject({ code: 'STORE_PERMISSION' })
      })
      expect(readFileSync(pathOf(KEY), 'utf8')).toBe('one')
    })

    it('a file of somebody else is not taken from its owner; by root it is written for that owner', async () => {
      saveFile(pathOf(KEY), 'one', NOON)
      chmodSync(pathOf(KEY), 0o644)
      chmodSync(folder, 0o777)
      const etag = await etagOf(KEY)
      await asNobody(async () => {
        expect(await store.write({ key: KEY, ifEtag: etag, data: bytes('x') }, never)).toMatchObject({ outcome: 'failed', reason: saying('another user') })
      })
      expect(readdirSync(folder)).toEqual([`sessionid${KEY}`])
      chownSync(pathOf(KEY), 65_534, 65_534)
      expect(await store.write({ key: KEY, ifEtag: etag, data: bytes('x') }, never)).toMatchObject({ outcome: 'done' })
      expect(statSync(pathOf(KEY)).uid).toBe(65_534)
    })
  })

  describe.skipIf(!mayMount())('on a disk that is full (skipped: a small file system cannot be mounted here)', () => {
    it('writes nothing, says so, and leaves the old session whole', async () => {
      using disk = mountSmall()
      const path = join(disk.path, `sessionid${KEY}`)
      writeFileSync(path, 'one')
      await using full = await openStore(profile(disk.path))
      const etag = (await full.read(KEY, never))?.etag ?? ''
      expect(await full.write({ key: KEY, ifEtag: etag, data: bytes('x'.repeat(200_000)) }, never)).toMatchObject({ outcome: 'failed', reason: saying('disk is full') })
      expect(readdirSync(disk.path)).toEqual([`sessionid${KEY}`])
      expect(readFileSync(path, 'utf8')).toBe('one')
    })
  })
})

/** A file system of 64 KB, gone at the end. @throws where this is not allowed */
function mountSmall(): Disposable & { readonly path: string } {
  const path = mkdtempSync('/dev/shm/coatcheck-full-')
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path], { stdio: 'ignore' })
  } catch (error) {
    rmdirSync(path)
    throw error
  }
  return {
    path,
    [Symbol.dispose]() {
      execFileSync('umount', [path])
      rmdirSync(path)
    },
  }
}

function mayMount(): boolean {
  if (!isRoot || !existsSync('/dev/shm')) return false
  try {
    mountSmall()[Symbol.dispose]()
    return true
  } catch {
    return false
  }
}
