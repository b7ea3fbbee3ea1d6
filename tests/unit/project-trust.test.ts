import { existsSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openTrustStore } from '../../electron/app/trust-file.ts'
import { discoverProjects } from '../../electron/core/project/discover/discover.ts'
import { readProject } from '../../electron/core/project/read-project.ts'
import { readStatic } from '../../electron/core/project/reading/read-static.ts'
import { readTrusted } from '../../electron/core/project/trusted/read-trusted.ts'
import type { Grant } from '../../electron/core/project/trusted/trust-store.ts'
import { chosenModule, trustingOnce } from '../../electron/core/project/trusted/trust-store.ts'
import { currentDjango } from '../support/django.ts'
import { filesOf, memoryTrust, never, sampleNamed, trustSample } from '../support/project-samples.ts'

/** Nothing of a project runs without a grant of the trust store; a grant is for one folder, interpreter and settings module. */
const resourcesFolder = join(import.meta.dirname, '../../resources')
const django = currentDjango()
const PYTHON = django?.path ?? '/usr/bin/python3'
const options = { resourcesFolder, environment: {} }

function project(settings: string, more: Readonly<Record<string, string>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'coatcheck-trust-')))
  mkdirSync(join(folder, 'site_'))
  const files = { 'site_/__init__.py': '', 'site_/settings.py': settings, 'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_.settings")\n', ...more }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const now = (folder: string, module = 'site_.settings'): ReturnType<typeof filesOf> => filesOf(folder, module)
const proposalOf = (folder: string, python = PYTHON): { folder: string; python: string; module: string } => ({ folder, python, module: 'site_.settings' })

describe('trust', () => {
  test('an object that looks like a grant is refused, and nothing runs', async () => {
    const folder = project(`open(${JSON.stringify(join(tmpdir(), 'never'))} + "-x", "w")\n`)
    const forged: Grant = { ...proposalOf(folder), command: '' }
    await expect(readTrusted(forged, options, never())).rejects.toMatchObject({ code: 'ACCESS_DENIED' })
    const real = memoryTrust().grantOnce(proposalOf(folder))
    await expect(readTrusted({ ...real }, options, never())).rejects.toMatchObject({ code: 'ACCESS_DENIED' })
  })

  test('finding and reading a project runs nothing of it', async () => {
    const marker = join(mkdtempSync(join(tmpdir(), 'coatcheck-marker-')), 'ran')
    const act = `open(${JSON.stringify(marker)}, "w").write("x")\n`
    const folder = project(act, { 'sitecustomize.py': act, 'ast.py': act })
    mkdirSync(join(folder, '.venv/bin'), { recursive: true })
    writeFileSync(join(folder, '.venv/pyvenv.cfg'), 'version = 3.11.0\n')
    writeFileSync(join(folder, '.venv/bin/python'), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 })
    const [found] = (await discoverProjects(folder, never())).projects
    if (found === undefined) throw new Error('no project')
    await readProject(found, { module: null, environment: {}, leave: () => Promise.resolve(null), resourcesFolder, readSettings: readStatic }, never())
    expect(existsSync(marker)).toBe(false)
  })

  test('is remembered by the real folder, for one interpreter and one module; and can be taken back', async () => {
    const folder = project('')
    const store = openTrustStore(mkdtempSync(join(tmpdir(), 'coatcheck-data-')))
    const link = join(mkdtempSync(join(tmpdir(), 'coatcheck-link-')), 'link')
    symlinkSync(folder, link)
    const grant = await store.grant(proposalOf(link), await now(folder), 1)
    expect(grant.folder).toBe(folder)
    expect(grant.command).toContain(PYTHON)
    expect(await store.find(proposalOf(folder), await now(folder))).not.toBeNull()
    expect(await store.find(proposalOf(folder, '/other/python'), await now(folder))).toBeNull()
    expect(await store.find({ ...proposalOf(folder), module: 'other.settings' }, await now(folder))).toBeNull()
    await store.revoke(folder)
    expect(await store.find(proposalOf(folder), await now(folder))).toBeNull()
    await expect(readTrusted(grant, options, never())).rejects.toMatchObject({ code: 'ACCESS_DENIED' })
  })

  test('the settings module that was trusted last is the one that a folder opens with, until it is gone', async () => {
    const folder = project('', { 'site_/production.py': '' })
    const store = memoryTrust()
    const settings = ['site_.settings', 'site_.production'].map((module) => ({ module, file: `${module.replace('.', '/')}.py`, namedBy: [] }))
    expect(await chosenModule(store, { folder, settings })).toBeNull()
    await store.grant(proposalOf(folder), [], 1)
    await store.grant({ ...proposalOf(folder), module: 'site_.production' }, [], 2)
    expect(await chosenModule(store, { folder, settings })).toBe('site_.production')
    expect(await chosenModule(store, { folder, settings: settings.slice(0, 1) })).toBeNull()
    await store.grant(proposalOf(folder), [], 3)
    expect(await chosenModule(store, { folder, settings })).toBe('site_.settings')
    await store.revoke(folder)
    expect(await chosenModule(store, { folder, settings })).toBeNull()
  })

  test('leave that was given for once is found in that run, and for that alone', async () => {
    const folder = project('')
    const store = memoryTrust()
    const once = trustingOnce(store, proposalOf(folder))
    expect(await once.find(proposalOf(folder), [])).toMatchObject({ folder, module: 'site_.settings' })
    expect(await once.find(proposalOf(folder, '/other/python'), [])).toBeNull()
    expect(await once.find({ ...proposalOf(folder), module: 'other.settings' }, [])).toBeNull()
    expect(await once.last(folder, null)).toMatchObject({ python: PYTHON })
    expect([await store.find(proposalOf(folder), await now(folder)), await store.list()]).toEqual([null, []])
  })

  test('leave for one run is not remembered', async () => {
    const store = memoryTrust()
    store.grantOnce(proposalOf(project('')))
    expect(await store.list()).toEqual([])
  })
})

describe.skipIf(django === null)('reading by the project’s own Python (skipped without Django)', () => {
  const trust = (folder: string, environment: Record<string, string> = {}, timeoutMs = 20_000): ReturnType<typeof readTrusted> =>
    readTrusted(memoryTrust().grantOnce(proposalOf(folder)), { resourcesFolder, environment, timeoutMs }, never())
  const BASE = 'SECRET_KEY = "x"\nINSTALLED_APPS = []\n'

  test('a custom user model: table, columns and key', async () => {
    const { facts } = await trustSample(sampleNamed('custom-user-uuid'), PYTHON)
    expect(facts.userTable).toEqual({ model: 'people.Person', table: 'people', databaseAlias: 'default', isDjangos: true, pk: { column: 'person_id', type: 'UUIDField' }, columns: { username: 'email', email: 'email', isActive: 'active', isStaff: 'is_staff', isSuperuser: 'is_superuser', password: 'password' } })
    expect(facts.backends).toEqual(['django.contrib.auth.backends.AllowAllUsersModelBackend'])
  })

  test('users in another database, by a router', async () => {
    expect((await trustSample(sampleNamed('multi-database'), PYTHON)).facts.userTable?.databaseAlias).toBe('users')
  })

  test('an engine and a serializer of its own', async () => {
    const { facts } = await trustSample(sampleNamed('engine-custom'), PYTHON)
    expect(facts.engine).toMatchObject({ storeClass: 'site_.sessions.SessionStore', keySalt: 'django.contrib.sessions.SessionStore', modelTable: 'django_session', cookieAgeSeconds: 4242 })
    expect(facts.serializer).toEqual({ path: 'site_.sessions.PlainSerializer', kind: 'json' })
  })

  test('writes no bytecode, and what settings print is no answer', async () => {
    const folder = project(`${BASE}print('{"fake": 1}')\nimport os\nos.write(1, b"more")\nSESSION_COOKIE_NAME = "quiet"\n`)
    expect((await trust(folder)).settings.SESSION_COOKIE_NAME.value).toBe('quiet')
    expect(existsSync(join(folder, 'site_/__pycache__'))).toBe(false)
  })

  test('gets only the variables that it is handed', async () => {
    process.env['COATCHECK_TEST_MARKER'] = 'leaked'
    const folder = project(`${BASE}import os\nSESSION_COOKIE_NAME = os.environ.get("COATCHECK_TEST_MARKER", "clean") + os.environ.get("GIVEN", "")\n`)
    expect((await trust(folder, { GIVEN: '-given' })).settings.SESSION_COOKIE_NAME.value).toBe('clean-given')
    delete process.env['COATCHECK_TEST_MARKER']
  })

  test('failures say why, in the project’s words', async () => {
    await expect(trust(project('import os\nSECRET_KEY = os.environ["NEEDED"]\n'))).rejects.toMatchObject({ code: 'REQUEST_INVALID', message: expect.stringContaining('NEEDED') as string })
    await expect(trust(project('X = (\n'))).rejects.toMatchObject({ message: expect.stringContaining('SyntaxError') as string })
    await expect(trust(project(`${BASE}import sys\nsys.stderr.write("last words")\nsys.exit(3)\n`))).rejects.toMatchObject({ message: expect.stringContaining('last words') as string })
  })

  test('settings without end are ended, with all that they started', async () => {
    const marker = join(mkdtempSync(join(tmpdir(), 'coatcheck-child-')), 'late')
    const folder = project(`import subprocess, time\nsubprocess.Popen(["sh", "-c", "sleep 4; touch ${marker}"])\nwhile True:\n    time.sleep(0.1)\n`)
    await expect(trust(folder, {}, 1500)).rejects.toMatchObject({ message: expect.stringContaining('1.5 s') as string })
    await new Promise((resolve) => { setTimeout(resolve, 4000) })
    expect(existsSync(marker)).toBe(false)
  })

  test('no interpreter, a broken one, one without Django', async () => {
    const folder = project(BASE)
    const withPython = (python: string): Promise<unknown> => readTrusted(memoryTrust().grantOnce(proposalOf(folder, python)), options, never())
    await expect(withPython('/nowhere/python')).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
    const broken = join(folder, 'python')
    writeFileSync(broken, '#!/bin/sh\necho broken >&2\nexit 1\n', { mode: 0o755 })
    await expect(withPython(broken)).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED', message: expect.stringContaining('broken') as string })
  })

  test('variables of .env are handed on where the settings fail without them', async () => {
    const folder = project('import os\nSECRET_KEY = os.environ["NEEDED_KEY"]\nINSTALLED_APPS = []\n', { '.env': 'NEEDED_KEY=from-the-file\n' })
    const [found] = (await discoverProjects(folder, never())).projects
    if (found === undefined) throw new Error('no project')
    const known = await readProject(found, { module: null, environment: {}, leave: () => Promise.resolve(memoryTrust().grantOnce(proposalOf(folder))), resourcesFolder, readSettings: readStatic }, never())
    expect(known.usedEnvFile).toBe(true)
    expect(known.secrets.get('SECRET_KEY')).toBe('from-the-file')
    expect(known.differences).toContainEqual(expect.objectContaining({ name: 'SECRET_KEY', kind: 'now-known' }))
  })
})
