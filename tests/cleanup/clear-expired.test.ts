import { copyFile, cp, mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startApp } from '../support/app.ts'
import { DELETE, EXPIRED, clean, openFile, rowsOf, undo } from '../support/cleanup.ts'
import { currentDjango, runPython } from '../support/django.ts'

const python = currentDjango()
const { signal } = new AbortController()

/** Sessions by real Django: live, expired, of users, of nobody, empty, too short to be read. Arguments: engine, place, how many. */
const MAKE = `
import random, sys, os
from datetime import datetime, timedelta, timezone
import django
from django.conf import settings
engine, place, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
settings.configure(SECRET_KEY="coatcheck-demo-key", USE_TZ=True, INSTALLED_APPS=["django.contrib.sessions"], SESSION_ENGINE="django.contrib.sessions.backends." + engine,
    SESSION_FILE_PATH=place, DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": place if engine == "db" else ":memory:"}})
django.setup()
from importlib import import_module
SessionStore = import_module(settings.SESSION_ENGINE).SessionStore
dice = random.Random(7)
`
const FILL_DB = `
from django.contrib.sessions.models import Session
from django.db import connection
with connection.schema_editor() as editor:
    editor.create_model(Session)
store = SessionStore()
now = datetime.now(timezone.utc)
def data(number):
    return {} if number % 7 == 0 else {"_auth_user_id": str(number % 50), "_auth_user_backend": "b", "_auth_user_hash": "h"} if number % 3 else {"cart": number}
Session.objects.bulk_create(Session(session_key="%032x" % dice.getrandbits(128), session_data="broken" if number % 11 == 0 else store.encode(data(number)), expire_date=now + timedelta(hours=dice.randrange(-300, 300) or 1, seconds=7)) for number in range(rows))
`
const FILL_FILES = `
import time
for number in range(rows):
    session = SessionStore()
    session["n"] = number
    if number % 3 == 0:
        session.set_expiry(datetime.now(timezone.utc) + timedelta(hours=dice.randrange(-300, 300) or 1))
    session.save(must_create=True)
    path = session._key_to_file()
    if number % 5 == 0:
        old = time.time() - dice.randrange(1, 40) * 86400 - 7
        os.utime(path, (old, old))
    if number % 17 == 0:
        open(path, "w").write("broken" if number % 2 else "")
        if number % 3 == 0:
            os.utime(path, (1, 1))
`
const CLEAR = 'SessionStore.clear_expired()\n'

describe.skipIf(python === null)('beside clear_expired of real Django, on a copy', () => {
  test('4,000 rows: the same survivors, byte for byte; undo brings the others back', async () => {
    if (python === null) return
    const folder = await mkdtemp(join(tmpdir(), 'coatcheck-clear-'))
    const [ours, theirs] = [join(folder, 'ours.sqlite3'), join(folder, 'theirs.sqlite3')]
    await runPython(python, MAKE + FILL_DB, { args: ['db', ours, '4000'] })
    await copyFile(ours, theirs)
    await using app = await startApp()
    const before = rowsOf(ours)
    const source = await openFile(app.client, ours, { secretKey: 'coatcheck-demo-key', fallbacks: [] })
    const report = await clean(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE }, { pace: 'full' })
    await runPython(python, MAKE + CLEAR, { args: ['db', theirs, '0'] })
    expect(rowsOf(ours)).toEqual(rowsOf(theirs))
    expect(report.counts).toMatchObject({ done: before.length - rowsOf(theirs).length, left: 0 })
    await undo(app.client, { runId: report.runId, pace: 'full' })
    expect(rowsOf(ours)).toEqual(before)
    expect(app.reported).toEqual([])
  })

  test('1,000 files: the same survivors, byte for byte', async () => {
    if (python === null) return
    const folder = await mkdtemp(join(tmpdir(), 'coatcheck-clear-'))
    const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')]
    await mkdir(ours)
    await runPython(python, MAKE + FILL_FILES, { args: ['file', ours, '1000'] })
    await cp(ours, theirs, { recursive: true, preserveTimestamps: true })
    await using app = await startApp()
    const source = await app.client.call('sources.open', { target: { kind: 'url', url: `file://${ours}` }, keys: { secretKey: 'coatcheck-demo-key', fallbacks: [] } }, signal)
    const before = await contents(ours)
    const report = await clean(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
    await runPython(python, MAKE + CLEAR, { args: ['file', theirs, '0'] })
    expect(await contents(ours)).toEqual(await contents(theirs))
    expect(report.counts.done).toBeGreaterThan(100)
    await undo(app.client, { runId: report.runId })
    expect(await contents(ours)).toEqual(before)
    expect(app.reported).toEqual([])
  })
})

async function contents(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).toSorted()
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'latin1')] as const)))
}
