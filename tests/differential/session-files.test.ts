import { statSync, utimesSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import { never, readAll } from '../conformance/store/harness.ts'
import { makeFolder } from '../conformance/store/folder-harness.ts'
import { findDjangos, runPython } from '../support/django.ts'
import { FILES_SETUP } from './files-script.ts'

const order = { by: 'stored', direction: 'asc' } as const
const pythons = findDjangos()

describe.skipIf(pythons.length === 0).each([...pythons])('session files of $label', (python) => {
  let folder = ''
  beforeEach(async () => { folder = await makeFolder() })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const django = async <T>(script: string, arg: Readonly<Record<string, unknown>> = {}): Promise<T> =>
    JSON.parse(await runPython(python, `${FILES_SETUP}\n${script}`, { input: JSON.stringify({ ...arg, folder }) })) as T
  const open = (): ReturnType<typeof openStore> => openStore({ kind: 'file', path: folder, cookieName: 'sessionid', cookieAgeSeconds: 1_209_600 })
  const look = `
session = SessionStore(arg["key"])
data = session.load()
answer({"key": session.session_key, "data": dict(data)})`

  it('are all found, with the bytes that Django wrote', async () => {
    const made = await django<Record<string, string>>(`
made = {}
for number in range(25):
    session = SessionStore(); session["n"] = number; session.save()
    with open(session._key_to_file()) as file: made[session.session_key] = file.read()
answer(made)`)
    await using store = await open()
    const found = Object.fromEntries(await Promise.all((await readAll(store, order, 7)).map(async (key) => [key, Buffer.from((await store.read(key, never))?.data ?? []).toString()] as const)))
    expect(found).toEqual(made)
  })

  it('are read by Django as they were edited, ended, deleted and restored here', async () => {
    const made = await django<{ key: string; other: string }>('session = SessionStore(); session["n"] = 1; session.save(); answer({"key": session.session_key, "other": session.encode({"n": 2, "é": "ü"})})')
    const { key, other } = made
    await using store = await open()
    const before = await store.read(key, never)
    if (before === null) throw new Error('Django’s session is not there.')
    const edited = await store.write({ key, ifEtag: before.etag, data: Buffer.from(other) }, never)
    expect(edited).toMatchObject({ outcome: 'done' })
    expect(await django(look, { key })).toEqual({ key, data: { 'n': 2, 'é': 'ü' } })
    expect(statSync(join(folder, `sessionid${key}`)).mode & 0o777).toBe(0o600)
    const deleted = await store.deleteMany([{ key, ifEtag: edited.etag }], never)
    expect(deleted).toMatchObject([{ outcome: 'done' }])
    expect(await django(look, { key })).toEqual({ key: null, data: {} })
    expect(await store.restore(before.image, never)).toMatchObject({ outcome: 'done', etag: before.etag })
    expect(await django(look, { key })).toEqual({ key, data: { n: 1 } })
    const ended = await store.write({ key, ifEtag: before.etag, expireDate: Date.now() * 1000 - 5_000_000 }, never)
    expect(ended).toMatchObject({ outcome: 'done' })
    expect(await django<{ gone: string[] }>('SessionStore.clear_expired(); answer({"gone": os.listdir(arg["folder"])})')).toEqual({ gone: [] })
    expect(await store.read(key, never)).toBeNull()
  })

  it('an end that is written is the second in which Django ends it', async () => {
    const key = await django<string>('session = SessionStore(); session["n"] = 1; session.save(); answer(session.session_key)')
    await using store = await open()
    const now = Date.now()
    const etag = (await store.read(key, never))?.etag ?? ''
    await store.write({ key, ifEtag: etag, expireDate: (now + 3_600_000) * 1000 + 123_456 }, never)
    const age = await django<number>('session = SessionStore(arg["key"]); answer(session.get_expiry_age(expiry=session._expiry_date({})))', { key })
    expect(age).toBeGreaterThan(3580)
    expect(age).toBeLessThanOrEqual(3600)
  })

  it('are neither overwritten nor brought back when Django was quicker', async () => {
    const keys = await django<string[]>('answer([(s := SessionStore(), s.save(), s.session_key)[2] for _ in range(2)])')
    const [saved = '', deleted = ''] = keys
    await using store = await open()
    const etags = await Promise.all(keys.map(async (key) => (await store.read(key, never))?.etag ?? ''))
    await django('s = SessionStore(arg["saved"]); s["n"] = 3; s.save(); SessionStore(arg["deleted"]).delete(); answer(None)', { saved, deleted })
    expect(await store.write({ key: saved, ifEtag: etags[0] ?? '', data: Buffer.from('x') }, never)).toMatchObject({ outcome: 'conflict' })
    expect(await store.write({ key: deleted, ifEtag: etags[1] ?? '', data: Buffer.from('x') }, never)).toMatchObject({ outcome: 'gone' })
    expect(await django(look, { key: saved })).toEqual({ key: saved, data: { n: 3 } })
  })

  it('survive a Django that saves all the while: each write is whole, and none is lost unseen', async () => {
    const { key, text } = await django<{ key: string; text: string }>('session = SessionStore(); session["by"] = "django"; session["pad"] = "x" * 3000; session.save(); answer({"key": session.session_key, "text": session.encode({"by": "coatcheck", "pad": "y" * 3000})})')
    await using store = await open()
    let isOver = false
    const saving = django<{ seen: Record<string, number> }>(`
import time
seen = {}
end = time.time() + 3
while time.time() < end:
    session = SessionStore(arg["key"])
    by = session.get("by", "nothing")
    seen[by] = seen.get(by, 0) + 1
    session["by"] = "django"
    session.save()
    time.sleep(0.002)
answer({"seen": seen})`, { key }).finally(() => { isOver = true })
    const outcomes: Record<string, number> = {}
    while (!isOver) {
      const etag = (await store.read(key, never))?.etag ?? ''
      await new Promise((resolve) => { setTimeout(resolve, 1) })
      const { outcome } = await store.write({ key, ifEtag: etag, data: Buffer.from(text) }, never)
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    }
    const { seen } = await saving
    expect(Object.keys(outcomes).sort()).toEqual(['conflict', 'done'])
    expect(Object.keys(seen).sort()).toEqual(['coatcheck', 'django'])
    expect(await readAll(store, order, 5)).toEqual([key])
  })

  it('an image of an older time brings back that time', async () => {
    const key = await django<string>('session = SessionStore(); session["n"] = 1; session.save(); answer(session.session_key)')
    const path = join(folder, `sessionid${key}`)
    const yesterday = Math.floor(Date.now() / 1000) - 86_400 + 0.25
    utimesSync(path, yesterday, yesterday)
    await using store = await open()
    const before = await store.read(key, never)
    await django('session = SessionStore(arg["key"]); session["n"] = 2; session.save(); answer(None)', { key })
    const now = await store.read(key, never)
    await store.write({ key, ifEtag: now?.etag ?? '', data: before?.data ?? new Uint8Array(), ...(before === null ? {} : { image: before.image }) }, never)
    expect(await django<number>('answer(os.stat(SessionStore(arg["key"])._key_to_file()).st_mtime)', { key })).toBe(yesterday)
  })
})
