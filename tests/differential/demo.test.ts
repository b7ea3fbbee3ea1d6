import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import { installDemo } from '../../electron/core/demo/install-demo.ts'
import type { DemoManifest } from '../../electron/core/demo/manifest.ts'
import { readDemoManifest } from '../../electron/core/demo/manifest.ts'
import { currentDjango, runPython } from '../support/django.ts'

const DEMO = join(import.meta.dirname, '../../resources/demo')
const python = currentDjango()
const NO_DJANGO = 'no Python with Django 5.2'

/** What Django makes of every session of a project at a moment: data, expire date, and whether it would load it. */
const OBSERVE = `
import json, os, sys
from datetime import datetime, timezone
from unittest import mock
os.environ["DJANGO_SETTINGS_MODULE"] = "corner_shop.settings"
sys.path.insert(0, os.getcwd())
import django
django.setup()
import logging
logging.disable(logging.CRITICAL)
from django.contrib.sessions.models import Session
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.backends.file import SessionStore as FileStore
moment = datetime.fromtimestamp(float(sys.argv[1]), timezone.utc)
with mock.patch("django.utils.timezone.now", lambda: moment):
    rows = {}
    for row in Session.objects.order_by("pk"):
        rows[row.pk] = {"data": json.dumps(row.get_decoded()), "left": (row.expire_date - moment).total_seconds(), "live": SessionStore(row.pk)._get_session_from_db() is not None}
    # Not load(): that deletes an expired file.
    files = {name: json.dumps(FileStore().decode(open(os.path.join("sessions", name)).read())) for name in sorted(os.listdir("sessions"))}
print(json.dumps({"rows": rows, "files": files}))
`

interface Observed {
  readonly rows: Readonly<Record<string, { readonly data: string; readonly left: number; readonly live: boolean }>>
  readonly files: Readonly<Record<string, string>>
}

async function observe(folder: string, at: number): Promise<Observed> {
  if (python === null) throw new Error('no Django')
  return JSON.parse(await runPython(python, OBSERVE, { folder, args: [String(at / 1000)] })) as Observed
}

describe('the installed demo', () => {
  const made = Date.parse('2026-08-29T10:40:00Z')
  // Odd on purpose: the dates move by whole seconds.
  const now = Date.parse('2031-02-03T04:05:06.789Z')
  const installedAt = Math.floor(now / 1000) * 1000
  let parent = ''
  let folder = ''
  let manifest: DemoManifest
  const open = { from: DEMO, now, openStore: (target: { path: string; table: string; clock: { useTz: boolean; timeZone: string; origin: 'settings' | 'user' | 'assumed' } }) => openStore({ kind: 'sqlite', ...target }) }

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'coatcheck-demo-'))
    folder = join(parent, 'data/demo/corner-shop')
    manifest = await installDemo({ ...open, to: folder }, new AbortController().signal)
  })
  afterAll(() => rm(parent, { recursive: true, force: true }))

  it('moves by whole seconds and says so', async () => {
    expect(manifest.generatedAt).toBe('2031-02-03T04:05:06Z')
    expect(manifest.shiftedBySeconds).toBe((installedAt - made) / 1000)
    expect(await readDemoManifest(folder)).toEqual(manifest)
  })

  it('is to Django today what the shipped one was when it was made', async ({ skip }) => {
    skip(python === null, NO_DJANGO)
    const [then, today] = [await observe(DEMO, made), await observe(folder, installedAt)]
    const withoutDates = (text: string) => text.replace(/("_session_expiry": ")[^"]+/, '$1')
    expect(Object.keys(today.rows)).toEqual(Object.keys(then.rows))
    for (const [key, row] of Object.entries(then.rows)) {
      expect(today.rows[key]).toMatchObject({ left: row.left, live: row.live })
      expect(withoutDates(today.rows[key]?.data ?? '')).toBe(withoutDates(row.data))
    }
    expect(today.files).toEqual(then.files)
  })

  it('moves the dates inside the data too', async ({ skip }) => {
    skip(python === null, NO_DJANGO)
    const { key = '' } = manifest.sessions.find(({ kind }) => kind === 'expiry-date') ?? {}
    const { rows } = await observe(folder, installedAt)
    expect(JSON.parse(rows[key]?.data ?? '{}')).toMatchObject({ _session_expiry: '2031-03-05T07:05:06+00:00' })
  })

  it('is private, and its session files keep their age', async () => {
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    for (const file of manifest.files) {
      const { mode, mtimeMs } = await stat(join(folder, file.path))
      expect(mode & 0o777).toBe(0o600)
      expect(new Date(mtimeMs).toISOString()).toBe(file.modifiedAt.replace('Z', '.000Z'))
    }
  })

  it('is left alone when it is there, and made anew when asked', async () => {
    const cookies = join(folder, manifest.cookies)
    const before = await readFile(cookies, 'utf8')
    await rm(cookies)
    await installDemo({ ...open, to: folder, now: now + 5000 }, new AbortController().signal)
    await expect(readFile(cookies)).rejects.toThrow('ENOENT')
    const again = await installDemo({ ...open, to: folder, reset: true }, new AbortController().signal)
    expect(again).toEqual(manifest)
    expect(await readFile(cookies, 'utf8')).toBe(before)
  })

  it('is moved again when it has grown old, without the files that Django deleted', async () => {
    const [gone, kept] = manifest.files
    await rm(join(folder, gone?.path ?? ''))
    const later = await installDemo({ ...open, to: folder, now: now + 30 * 86_400_000 }, new AbortController().signal)
    expect(later.shiftedBySeconds).toBe(manifest.shiftedBySeconds + 30 * 86_400)
    expect(later.files).toHaveLength(manifest.files.length - 1)
    expect(later.files[0]?.path).toBe(kept?.path)
  })

  it('leaves nothing behind when it fails', async () => {
    const failing = installDemo({ ...open, to: join(parent, 'broken'), openStore: () => Promise.reject(new Error('no')) }, new AbortController().signal)
    await expect(failing).rejects.toMatchObject({ code: 'STORE_PERMISSION' })
    await expect(stat(join(parent, 'broken'))).rejects.toThrow('ENOENT')
  })
})
