import { readdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeCacheValue } from '../../electron/core/codecs/cache-value/decode.ts'
import { openStore } from '../../electron/core/connections/open-store.ts'
import { sameData } from '../../shared/values/walk.ts'
import { parsePythonJson } from '../../shared/values/python-json.ts'
import { never, readAll } from '../conformance/store/harness.ts'
import { makeFolder } from '../conformance/store/folder-harness.ts'
import { findDjangos, runPython } from '../support/django.ts'
import { FILES_SETUP } from './files-script.ts'

const order = { by: 'stored', direction: 'asc' } as const
const pythons = findDjangos()

describe.skipIf(pythons.length === 0).each([...pythons])('FileBasedCache of $label', (python) => {
  let folder = ''
  beforeEach(async () => { folder = await makeFolder() })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const cache = { KEY_PREFIX: 'shop', VERSION: 2 }
  const django = async <T>(script: string, arg: Readonly<Record<string, unknown>> = {}): Promise<T> =>
    JSON.parse(await runPython(python, `${FILES_SETUP}\n${script}`, { input: JSON.stringify({ engine: 'cache', cache, ...arg, folder }) })) as T
  const open = (): ReturnType<typeof openStore> => openStore({ kind: 'file-cache', path: folder, prefix: 'shop', version: '2' })
  const decode = (bytes: Uint8Array): ReturnType<typeof decodeCacheValue> => decodeCacheValue(Buffer.from(bytes), { container: 'file-cache', flags: null, settings: null, now: Date.now() })
  const look = 'session = SessionStore(arg["key"]); data = session.load(); answer({"key": session.session_key, "data": dict(data)})'

  it('is read by the hash that is listed and by the key of the session, with the end that Django gave it', async () => {
    const made = await django<Record<string, number>>(`
import time
made = {}
for number in range(12):
    session = SessionStore(); session["n"] = number; session.set_expiry(1000 + number); session.save()
    made[session.session_key] = number
answer(made)`)
    await using store = await open()
    const listed = await readAll(store, order, 5)
    expect(listed.map((hash) => `${hash}.djcache`).sort()).toEqual(readdirSync(folder).sort())
    const byHash = new Map(await Promise.all(listed.map(async (hash) => [(await store.read(hash, never))?.etag, hash] as const)))
    for (const [key, number] of Object.entries(made)) {
      const session = await store.read(key, never)
      expect(byHash.has(session?.etag)).toBe(true)
      const value = decode(session?.data ?? new Uint8Array())
      expect(value.node !== null && sameData(value.node, nodeOf(`{"n":${number},"_session_expiry":${1000 + number}}`))).toBe(true)
      expect(Math.abs((session?.expireDate ?? 0) / 1_000_000 - Date.now() / 1000 - 1000 - number)).toBeLessThan(30)
    }
  })

  it('finds the sessions of cached_db too, and lists what else the site caches', async () => {
    await django('from django.core.cache import cache; cache.set("django.contrib.sessions.cached_db" + "k" * 32, {"n": 1}); cache.set("page", "<html>"); answer(None)')
    await using store = await open()
    expect(await store.read('k'.repeat(32), never)).not.toBeNull()
    expect(await readAll(store, order, 5)).toHaveLength(2)
  })

  it('is read by Django as it was edited, ended, deleted and restored here', async () => {
    const made = await django<{ key: string; other: string }>('a = SessionStore(); a["n"] = 1; a.save(); b = SessionStore(); b["n"] = 2; b.save(); answer({"key": a.session_key, "other": b.session_key})')
    const { key } = made
    await using store = await open()
    const [before, other] = await Promise.all([store.read(key, never), store.read(made.other, never)])
    if (before === null || other === null) throw new Error('Django’s sessions are not there.')
    const later = (Math.floor(Date.now() / 1000) + 500) * 1_000_000 + 250_000
    const edited = await store.write({ key, ifEtag: before.etag, data: other.data, expireDate: later }, never)
    expect(edited).toMatchObject({ outcome: 'done' })
    expect(await django(look, { key })).toEqual({ key, data: { n: 2 } })
    expect(await django<number>('import pickle, glob; from django.core.cache import cache; answer(pickle.load(open(cache._key_to_file("django.contrib.sessions.cache" + arg["key"]), "rb")))', { key })).toBe(later / 1_000_000)
    expect(await store.deleteMany([{ key, ifEtag: edited.etag }], never)).toMatchObject([{ outcome: 'done' }])
    expect(await django(look, { key })).toEqual({ key: null, data: {} })
    expect(await store.restore(before.image, never)).toMatchObject({ outcome: 'done', etag: before.etag })
    expect(await django(look, { key })).toEqual({ key, data: { n: 1 } })
    await store.write({ key, ifEtag: before.etag, expireDate: Date.now() * 1000 - 1_000_000 }, never)
    expect(await django(look, { key })).toEqual({ key: null, data: {} })
    // Django's own reading has taken the file away.
    expect(await store.read(key, never)).toBeNull()
  })

  it('a file that is no entry is listed, has no end, and cannot be given one', async () => {
    writeFileSync(join(folder, `${'a'.repeat(32)}.djcache`), 'not a pickle')
    await using store = await open()
    const page = await store.listPage({ order, cursor: null, limit: 5, withEtags: true }, never)
    expect(page).toMatchObject({ keys: ['a'.repeat(32)], expireDates: [null] })
    expect(await store.write({ key: 'a'.repeat(32), ifEtag: page.etags?.[0] ?? '', expireDate: 5 }, never)).toMatchObject({ outcome: 'failed' })
  })
})

function nodeOf(json: string): Parameters<typeof sameData>[0] {
  const parsed = parsePythonJson(json)
  if (!parsed.ok) throw new Error('The test has no JSON.')
  return parsed.node
}
