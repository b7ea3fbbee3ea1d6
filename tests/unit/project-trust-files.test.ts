import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openTrustStore } from '../../electron/app/trust-file.ts'
import type { TrustStore } from '../../electron/core/project/trusted/trust-store.ts'
import { sentenceOfLapse } from '../../shared/model/project.ts'
import { say } from '../../shared/words/say.ts'
import { filesOf, memoryTrust } from '../support/project-samples.ts'

/** Trust holds for the files that reading the settings followed, as they were; a file of grants that is not this version's grants nothing. */
const FILES = {
  'manage.py': 'import os\nimport bootstrap\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")\n',
  'bootstrap.py': 'X = 1\n',
  'config/__init__.py': '',
  'config/settings/__init__.py': '',
  'config/settings/base.py': 'import environ\nenv = environ.Env()\nenviron.Env.read_env("config/.env")\nfrom config.helpers import make\nSECRET_KEY = env("KEY")\n',
  'config/settings/local.py': 'from .base import *\ntry:\n    from .mine import *\nexcept ImportError:\n    pass\n',
  'config/settings/other.py': 'DEBUG = True\n',
  'config/helpers.py': 'def make():\n    return 1\n',
  'shop/models.py': 'X = 1\n',
  '.env': 'KEY=one\n',
}
const MODULE = 'config.settings.local'
const PYTHON = '/opt/own/python'

function project(files: Readonly<Record<string, string>> = FILES): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'coatcheck-covered-')))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const proposal = (folder: string): { folder: string; python: string; module: string } => ({ folder, python: PYTHON, module: MODULE })
const trust = async (store: TrustStore, folder: string): Promise<unknown> => store.grant(proposal(folder), await filesOf(folder, MODULE), 1)
const isTrusted = async (store: TrustStore, folder: string): Promise<boolean> => (await store.find(proposal(folder), await filesOf(folder, MODULE))) !== null
const why = async (store: TrustStore, folder: string): Promise<unknown> => store.lapse(proposal(folder), await filesOf(folder, MODULE))

describe('trust ends', () => {
  test.each([
    ['the settings module', 'config/settings/local.py'], ['settings that it imports', 'config/settings/base.py'], ['a module that those import', 'config/helpers.py'], ['the package around them', 'config/__init__.py'],
    ['manage.py', 'manage.py'], ['what manage.py imports', 'bootstrap.py'], ['.env', '.env'],
  ])('with a change of %s, which is named, until it is trusted again', async (_name, file) => {
    const folder = project()
    const store = memoryTrust()
    await trust(store, folder)
    expect(await isTrusted(store, folder)).toBe(true)
    appendFileSync(join(folder, file), '# changed\n')
    expect(await isTrusted(store, folder)).toBe(false)
    expect(await why(store, folder)).toEqual({ because: 'files', files: [file] })
    expect(await store.last(folder, MODULE), 'the interpreter is offered again').toMatchObject({ python: PYTHON })
    await trust(store, folder)
    expect([await isTrusted(store, folder), await why(store, folder)]).toEqual([true, null])
  })

  test('with a file that the settings would import, and that was not there', async () => {
    const folder = project()
    const store = memoryTrust()
    await trust(store, folder)
    writeFileSync(join(folder, 'config/settings/mine.py'), 'DEBUG = True\n')
    expect(await why(store, folder)).toEqual({ because: 'files', files: ['config/settings/mine.py'] })
    rmSync(join(folder, 'config/settings/mine.py'))
    writeFileSync(join(folder, 'environ.py'), 'import os\n')
    expect(await why(store, folder), 'a file in the place of a package').toEqual({ because: 'files', files: ['environ.py'] })
    rmSync(join(folder, 'environ.py'))
    expect(await isTrusted(store, folder), 'all is as it was').toBe(true)
    rmSync(join(folder, '.env'))
    expect(await why(store, folder)).toEqual({ because: 'files', files: ['.env'] })
  })

  test('with an .env file that the settings load from another folder', async () => {
    const folder = project({ ...FILES, 'config/settings/base.py': 'import environ\nfrom pathlib import Path\nenviron.Env.read_env(Path(__file__).parent / "secrets.env")\n', 'config/settings/secrets.env': 'A=1\n' })
    const store = memoryTrust()
    await trust(store, folder)
    appendFileSync(join(folder, 'config/settings/secrets.env'), 'B=2\n')
    expect(await why(store, folder)).toEqual({ because: 'files', files: ['config/settings/secrets.env'] })
  })

  test('with a link in the place of a file, wherever it leads', async () => {
    const folder = project()
    const store = memoryTrust()
    await trust(store, folder)
    rmSync(join(folder, 'config/helpers.py'))
    symlinkSync(join(project({ 'evil.py': 'X = 1\n' }), 'evil.py'), join(folder, 'config/helpers.py'))
    expect(await why(store, folder)).toEqual({ because: 'files', files: ['config/helpers.py'] })
  })
})

test('trust stays with what the settings do not read: other settings, models, a new file beside them', async () => {
  const folder = project()
  const store = memoryTrust()
  await trust(store, folder)
  for (const file of ['config/settings/other.py', 'shop/models.py', 'config/new.py']) appendFileSync(join(folder, file), '# changed\n')
  expect(await isTrusted(store, folder)).toBe(true)
})

test('settings that cannot be read whole are never vouched for', async () => {
  const folder = project({ ...FILES, 'config/settings/local.py': `#${'x'.repeat(8 * 1024 * 1024)}\n` })
  const store = memoryTrust()
  await trust(store, folder)
  expect(await isTrusted(store, folder)).toBe(false)
  expect(await why(store, folder)).toEqual({ because: 'unread', files: ['config/settings/local.py'] })
})

describe('a file of grants', () => {
  const write = (text: string): string => {
    const folder = mkdtempSync(join(tmpdir(), 'coatcheck-grants-'))
    writeFileSync(join(folder, 'trust.json'), text)
    return folder
  }

  test('of an earlier version: the choice is offered again, and trust has ended, in words', async () => {
    const folder = project()
    const [settings] = (await filesOf(folder, MODULE)).filter(({ file }) => file === 'config/settings/local.py')
    for (const kept of [{ settingsHash: settings?.hash }, {}]) {
      const data = write(JSON.stringify({ version: 1, value: [{ ...proposal(folder), grantedAt: 1, ...kept }] }))
      const store = openTrustStore(data)
      expect(await isTrusted(store, folder)).toBe(false)
      expect(await store.last(folder, null)).toMatchObject({ python: PYTHON, module: MODULE })
      const lapse = await store.lapse(proposal(folder), await filesOf(folder, MODULE))
      expect(lapse).toEqual({ because: 'older' })
      expect(lapse === null ? '' : say(sentenceOfLapse(lapse))).toContain('earlier version')
      await trust(store, folder)
      expect(await isTrusted(openTrustStore(data), folder)).toBe(true)
    }
  })

  test.each([
    ['cut off', '{"version":1,"value":[{"folder":"/srv'], ['not JSON', 'trust me'], ['empty', ''], ['of a later version', '{"version":2,"value":{"everything":true}}'], ['of another shape', '{"version":1,"value":{"folder":"/"}}'],
    ['with words that are not known', '{"version":1,"value":[{"folder":"/srv/shop","python":"/opt/own/python","module":"config.settings.local","grantedAt":1,"files":[],"always":true}]}'],
  ])('that is %s grants nothing, is kept aside, and hinders no new grant', async (_name, text) => {
    const folder = project()
    const data = write(text.replace('/srv/shop', folder))
    const store = openTrustStore(data)
    expect([await isTrusted(store, folder), await store.last(folder, null), await why(store, folder)]).toEqual([false, null, null])
    expect(readFileSync(join(data, 'trust.json.damaged'), 'utf8')).toBe(text.replace('/srv/shop', folder))
    await trust(store, folder)
    expect(await isTrusted(openTrustStore(data), folder)).toBe(true)
    expect(existsSync(join(data, 'trust.json'))).toBe(true)
  })

  test('that names files by hand grants nothing without the settings among them', async () => {
    const folder = project({ 'config/__init__.py': '', 'manage.py': '' })
    const data = write(JSON.stringify({ version: 1, value: [{ ...proposal(folder), grantedAt: 1, files: await filesOf(folder, MODULE) }] }))
    expect(await isTrusted(openTrustStore(data), folder)).toBe(false)
  })
})
