import { appendFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { startApp } from '../support/app.ts'
import { createCliWorld } from '../support/cli.ts'
import { currentDjango } from '../support/django.ts'
import { makeDjangoProject } from '../support/django-project.ts'
import { setTrap } from '../support/trap-server.ts'

const django = currentDjango()
const SESSIONS = `
from datetime import timedelta
from django.contrib.sessions.models import Session
from django.utils import timezone
keys = []
for n in range(5):
    store = SessionStore()
    store["n"] = n
    store.create()
    keys.append(store.session_key)
Session.objects.filter(pk__in=keys[:3]).update(expire_date=timezone.now() - timedelta(days=1))
answer(None)`
interface Doctor { readonly expiredRows: number | null; readonly findings: readonly { readonly id: string; readonly title: string }[] }

describe.skipIf(django === null)('expired rows (skipped without Django)', () => {
  test('are counted where the store is a file, as clearsessions would delete them', async () => {
    if (django === null) return
    await using project = await makeDjangoProject(django, { sample: 'startproject-5' })
    const world = await createCliWorld()
    const doctor = async (): Promise<Doctor> => (await world.run(['doctor', project.folder, '--json'])).json() as Doctor
    expect((await doctor()).expiredRows).toBe(0)
    await project.django(SESSIONS)
    const found = await doctor()
    expect(found.expiredRows).toBe(3)
    expect(found.findings).toContainEqual(expect.objectContaining({ id: 'coatcheck.expired-rows', title: '3 expired sessions are still in the table' }))

    await using app = await startApp()
    const { id: sourceId } = await app.client.call('sources.open', { target: { kind: 'folder', path: project.folder } })
    expect(await app.client.call('projects.countExpired', { sourceId })).toMatchObject({ count: 3, findings: [{ id: 'coatcheck.expired-rows', severity: 'info' }] })
    await project.django('from django.core.management import call_command\ncall_command("clearsessions")\nanswer(None)')
    expect((await doctor()).expiredRows).toBe(0)
    expect(await app.client.call('projects.countExpired', { sourceId })).toEqual({ count: 0, findings: [] })
  }, 60_000)

  test('on a server are counted only where that is asked for', async () => {
    if (django === null) return
    await using trap = await setTrap()
    await using project = await makeDjangoProject(django, { sample: 'startproject-5' })
    const world = await createCliWorld()
    await appendFile(`${project.folder}/site_/settings.py`, `\nDATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "USER": "ana", "HOST": "127.0.0.1", "PORT": ${trap.port}}}\n`)
    expect(((await world.run(['doctor', project.folder, '--json'])).json() as Doctor).expiredRows).toBeNull()
    expect(trap.count()).toBe(0)
    expect(await world.run(['doctor', project.folder, '--count'])).toMatchObject({ exit: 1, err: expect.stringContaining('CONNECT_') as string })
    expect(trap.count()).toBeGreaterThan(0)
  }, 60_000)

  test('where only the project’s Python knows the database, --trust --count asks it there too, and keeps no leave', async () => {
    if (django === null) return
    await using project = await makeDjangoProject(django, { sample: 'startproject-5', withVenv: true, settings: 'import subprocess\nDATABASES["default"]["NAME"] = subprocess.check_output(["printf", str(BASE_DIR / "db.sqlite3")], text=True)\n' })
    await project.django(SESSIONS)
    const world = await createCliWorld()
    const trusting = await world.run(['doctor', project.folder, '--json', '--trust', '--count'])
    expect(trusting.json()).toMatchObject({ read: 'trusted', expiredRows: 3 })
    const without = await world.run(['doctor', project.folder, '--json', '--count'])
    expect([without.exit, without.err]).toEqual([expect.any(Number), expect.stringContaining('STORE_UNSUPPORTED')])
    expect(((await world.run(['doctor', project.folder, '--json'])).json() as Doctor).expiredRows).toBeNull()
  }, 60_000)

  test('there are none in a cache', async () => {
    if (django === null) return
    await using project = await makeDjangoProject(django, { sample: 'startproject-5', settings: 'SESSION_ENGINE = "django.contrib.sessions.backends.cache"\nCACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(BASE_DIR / "cache")}}\n' })
    await project.django('from django.core.cache import cache\ncache.set("page", 1)\nanswer(None)')
    await using app = await startApp()
    const { id: sourceId } = await app.client.call('sources.open', { target: { kind: 'folder', path: project.folder } })
    await expect(app.client.call('projects.countExpired', { sourceId })).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
  }, 60_000)
})
