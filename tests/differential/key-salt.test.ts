import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApp } from '../support/app.ts'
import { findDjangos } from '../support/django.ts'
import type { DjangoProject } from '../support/django-project.ts'
import { makeDjangoProject } from '../support/django-project.ts'

const DB = 'from django.contrib.sessions.backends.db import SessionStore as Rows\n'
/** Engines of a project's own; `known`: whether reading without running tells the salt. */
const ENGINES = [
  { name: 'a constant', known: true, code: `${DB}class SessionStore(Rows):\n    key_salt = "shop.sessions"\n` },
  { name: 'a property with a constant', known: true, code: `${DB}class SessionStore(Rows):\n    """Rows of the shop."""\n    @property\n    def key_salt(self):\n        "Never changed."\n        return "shop." "sessions"\n` },
  { name: 'the name of another class', known: true, code: `${DB}class TenantStore(Rows):\n    pass\n\nSessionStore = TenantStore\n` },
  { name: 'a base of the project', known: true, code: `${DB}class Base(Rows):\n    key_salt = "of.the.base"\n\nclass SessionStore(Base):\n    pass\n` },
  { name: 'a class of the same name as its base', known: true, code: 'from django.contrib.sessions.backends.db import SessionStore\n\nclass SessionStore(SessionStore):\n    pass\n' },
  { name: 'what is computed', known: false, code: `${DB}from django.conf import settings\n\nclass SessionStore(Rows):\n    @property\n    def key_salt(self):\n        return "shop." + settings.SESSION_COOKIE_NAME\n` },
  { name: 'what is set from outside', known: false, code: `${DB}class SessionStore(Rows):\n    pass\n\nSessionStore.key_salt = "from.outside"\n` },
] as const

describe.each(findDjangos().filter(({ version: [major, minor] }) => major > 3 || (major === 3 && minor >= 1)))('key_salt of an engine of the project, by $label', (python) => {
  let project: DjangoProject
  // Its tables are the same, whatever its engine: only that is another one in each test.
  beforeAll(async () => {
    project = await makeDjangoProject(python, { sample: 'startproject-5', settings: 'SECRET_KEY = "of the shop"\n', withVenv: true })
    await writeFile(join(project.folder, 'site_/settings.py'), '\nSESSION_ENGINE = "site_.sessions"\n', { flag: 'a' })
  })
  afterAll(() => project[Symbol.asyncDispose]())

  it.each(ENGINES)('$name', { timeout: 60_000 }, async ({ code, known }) => {
    await writeFile(join(project.folder, 'site_/sessions.py'), code)
    const { key, salt } = await project.django<Readonly<Record<'key' | 'salt', string>>>('store = SessionStore()\nstore["cart"] = 1\nstore.create()\nanswer({"key": store.session_key, "salt": store.key_salt})')
    await using app = await startApp()
    const { client } = app
    const open = async (): Promise<string> => (await client.call('sources.open', { target: { kind: 'folder', path: project.folder, store: 'db' } })).id
    const read = async (sourceId: string) => (await client.call('sessions.read', { sourceId, key }))?.text
    const before = await read(await open())
    if (known) expect(before).toMatchObject({ salt, signature: { state: 'valid', verifiedBy: 'SECRET_KEY' }, djangoSees: 'data' })
    else expect(before?.signature.state).toBe('bad')

    const { trust } = await client.call('projects.read', { folder: project.folder })
    if (trust === null) throw new Error('There is no Python to trust.')
    await client.call('projects.trust', { folder: trust.folder, python: trust.python, module: trust.module })
    const sourceId = await open()
    expect(await read(sourceId)).toMatchObject({ salt, signature: { state: 'valid' } })
    const etag = (await client.call('sessions.read', { sourceId, key }))?.etag ?? ''
    const { planId } = await client.call('changes.plan', { sourceId, change: { kind: 'edit', key, ifEtag: etag, data: '{"cart":2}', expiry: null } })
    await client.call('changes.apply', { planId })
    expect(await project.django(`answer(SessionStore(${JSON.stringify(key)}).load())`)).toEqual({ cart: 2 })
  })
})
