import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { StaticReading } from '../../electron/core/project/reading/read-static.ts'
import { readStatic } from '../../electron/core/project/reading/read-static.ts'
import { whyUnknown } from '../../shared/model/project.ts'
import { never } from '../support/project-samples.ts'

/** Hostile and broken settings: nothing hangs, nothing runs, what could be read is used, and nothing is guessed. */

function project(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'coatcheck-project-')))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

function read(files: Readonly<Record<string, string | Uint8Array>>, environment: Record<string, string> = {}): Promise<StaticReading> {
  return readStatic({ folder: project(files), module: 'settings', environment, djangoVersion: '5.2' }, never())
}

const cookieName = (reading: StaticReading): unknown => reading.settings.SESSION_COOKIE_NAME.value
const why = (reading: StaticReading): string | null => whyUnknown(reading.settings.SESSION_COOKIE_NAME.value)

describe('files that are broken', () => {
  test('an error of syntax is told, what stands before it is read, what is hidden by it is not guessed', async () => {
    const reading = await read({ 'settings.py': 'DEBUG = True\nSESSION_COOKIE_AGE = = 5\nif x y z(\nSESSION_COOKIE_NAME = "hidden"\n' })
    expect(reading.settings.DEBUG.value).toBe(true)
    expect(whyUnknown(reading.settings.SESSION_COOKIE_AGE.value)).toContain('syntax')
    expect(reading.problems[0]).toMatchObject({ what: 'syntax', file: 'settings.py' })
    expect(['hidden', null]).toContain(why(reading) === null ? cookieName(reading) : null)
  })

  test('another encoding is read by PEP 263, a wrong one is told', async () => {
    expect(cookieName(await read({ 'settings.py': Buffer.from('# coding: latin-1\nSESSION_COOKIE_NAME = "caf\u00e9"\n', 'latin1') }))).toBe('café')
    const wrong = await read({ 'settings.py': Buffer.from('X = "\u00e9"\nSESSION_COOKIE_NAME = "a"\n', 'latin1') })
    expect(wrong.problems[0]?.what).toBe('encoding')
    expect(cookieName(wrong)).toBe('a')
    expect((await read({ 'settings.py': 'X = 1\0\nSESSION_COOKIE_NAME = "a"\n' })).problems[0]?.what).toBe('nul')
  })

  test('no settings at all, a folder and a FIFO in their place', async () => {
    expect((await read({})).problems[0]?.what).toBe('no-settings')
    const folder = project({ 'other.py': '' })
    execFileSync('mkfifo', [join(folder, 'settings.py')])
    const reading = await readStatic({ folder, module: 'settings', environment: {}, djangoVersion: null }, never())
    expect(why(reading)).not.toBeNull()
  })

  test('a link out of the project is not followed', async () => {
    const outside = project({ 'secret.py': 'SESSION_COOKIE_NAME = "outside"\n', '.env': 'NAME=outside\n' })
    const folder = project({ 'readme': '' })
    symlinkSync(join(outside, 'secret.py'), join(folder, 'settings.py'))
    const reading = await readStatic({ folder, module: 'settings', environment: {}, djangoVersion: null }, never())
    expect(JSON.stringify(reading.settings)).not.toContain('outside')
  })
})

describe('files that are too much', () => {
  test('five megabytes are read, in slices', async () => {
    let longest = 0
    let last = performance.now()
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 5)
    const reading = await read({ 'settings.py': `DEBUG = True\nSESSION_COOKIE_NAME = "start"\n${'NAMES = ["a", "b", {"c": 1}]\n'.repeat(175_000)}SESSION_COOKIE_NAME = "end"\n` })
    clearInterval(timer)
    expect(reading.problems[0]?.what).toBe('too-large')
    expect(reading.settings.DEBUG.value).toBe(true)
    expect(why(reading)).not.toBeNull()
    expect(longest).toBeLessThan(2500)
  }, 60_000)

  test.each([
    ['parentheses', `X = ${'('.repeat(20_000)}1${')'.repeat(20_000)}\n`], ['open brackets', `X = ${'['.repeat(50_000)}\n`], ['unary operators', `X = ${'not '.repeat(20_000)}1\n`],
    ['attributes', `X = a${'.b'.repeat(20_000)}\n`], ['calls', `X = f${'(1)'.repeat(20_000)}\n`], ['sums', `X = 1${' + 1'.repeat(50_000)}\n`], ['ifs', `${Array.from({ length: 90 }, (_item, index) => `${' '.repeat(index)}if A:\n`).join('')}${' '.repeat(90)}pass\n`],
    ['elifs', `if A == 0: pass\n${Array.from({ length: 3000 }, (_item, index) => `elif A == ${index}: B = ${index}\n`).join('')}`],
    ['powers', 'X = 9 ** 9 ** 9 ** 9\nY = 1 << 10 ** 12\nZ = "a" * 10 ** 12\n'], ['doubling', `X = ["a"]\n${'X = X + X\n'.repeat(200)}`], ['doubling text', `X = "a"\n${'X = X + X\n'.repeat(200)}`],
    ['doubling in place', `X = ["a"]\n${'X += X\n'.repeat(200)}`], ['branches', Array.from({ length: 400 }, (_item, index) => `if unknown_${index}():\n    X${index} = ${index}\n`).join('')],
    ['one name in many branches', Array.from({ length: 200 }, (_item, index) => `if unknown():\n    DEBUG = ${index}\n`).join('')], ['a cycle', 'A = []\nA.append(A)\nINSTALLED_APPS = A\nCACHES = {}\nCACHES["x"] = CACHES\n'],
    ['a regular expression for backtracking', `X = "${'a'.repeat(50_000)}" % ()\nY = "${'%('.repeat(20_000)}" % {}\n`],
  ])('%s', async (_name, text) => {
    const started = performance.now()
    const reading = await read({ 'settings.py': `SESSION_COOKIE_NAME = "kept"\n${text}` })
    expect(performance.now() - started).toBeLessThan(10_000)
    expect(why(reading) === null ? cookieName(reading) : 'kept').toBe('kept')
    expect(() => JSON.stringify(reading.settings)).not.toThrow()
  }, 30_000)
})

describe('code that could hang, act or lie', () => {
  test('loops without end and recursion are not followed', async () => {
    const reading = await read({ 'settings.py': 'while True:\n    SESSION_COOKIE_AGE = 1\ndef f(n):\n    return f(n + 1)\nSESSION_COOKIE_PATH = f(0)\nfor i in range(10 ** 12):\n    SESSION_COOKIE_DOMAIN = i\nSESSION_COOKIE_NAME = "after"\n' })
    expect(cookieName(reading)).toBe('after')
    for (const name of ['SESSION_COOKIE_AGE', 'SESSION_COOKIE_PATH', 'SESSION_COOKIE_DOMAIN'] as const) expect(whyUnknown(reading.settings[name].value)).not.toBeNull()
  })

  test('imports in a circle come to an end', async () => {
    const reading = await read({ 'settings.py': 'from a import *\nSESSION_COOKIE_NAME = "kept"\n', 'a.py': 'from b import *\nA = 1\n', 'b.py': 'from a import *\nfrom settings import *\nB = 2\n' })
    expect(['kept', null]).toContain(why(reading) === null ? cookieName(reading) : null)
  })

  test('nothing in the folder runs', async () => {
    const folder = project({})
    const marker = join(folder, 'it-ran')
    const act = `import os\nos.system("touch ${marker}")\nopen(${JSON.stringify(marker)}, "w").write("x")\n__import__("os").mkdir(${JSON.stringify(marker)})\n`
    for (const name of ['settings.py', 'manage.py', 'json.py', 'sitecustomize.py', 'conftest.py']) writeFileSync(join(folder, name), act)
    await readStatic({ folder, module: 'settings', environment: {}, djangoVersion: null }, never())
    expect(() => realpathSync(marker)).toThrow()
  })

  test.each([
    ['exec', 'exec("SESSION_COOKIE_NAME = 1")'], ['globals().update', 'globals().update({"SESSION_COOKIE_NAME": "b"})'], ['vars()', 'vars()["SESSION_" + "COOKIE_NAME"] = "b"'], ['setattr', 'import sys\nsetattr(sys.modules[__name__], "SESSION_COOKIE_NAME", "b")'],
    ['a star of a package', 'from somewhere_unknown import *'], ['a known helper with locals()', 'import django_heroku\ndjango_heroku.settings(locals())'], ['dynaconf', 'import dynaconf\ndynaconf.DjangoDynaconf(__name__)'],
    ['an alias of globals', 'g = globals()\ng["SESSION_COOKIE_NAME"] = "b"'], ['a function that declares it global', 'def f():\n    global SESSION_COOKIE_NAME\n    SESSION_COOKIE_NAME = "b"\nf()'],
    ['a function behind another name', 'def f():\n    global SESSION_COOKIE_NAME\n    SESSION_COOKIE_NAME = "b"\nh = f\nh()'], ['a function in a list', 'def f():\n    global SESSION_COOKIE_NAME\n    SESSION_COOKIE_NAME = "b"\n[g() for g in [f]]'],
    ['a function given to map', 'def f(x):\n    global SESSION_COOKIE_NAME\n    SESSION_COOKIE_NAME = "b"\nlist(map(f, [1]))'], ['a walrus', '(SESSION_COOKIE_NAME := "b")'], ['a match', 'match 1:\n    case 1:\n        SESSION_COOKIE_NAME = "b"'],
    ['a loop over what is not known', 'for SESSION_COOKIE_NAME in unknown():\n    pass'], ['a with', 'with open("x") as SESSION_COOKIE_NAME:\n    pass'], ['del and a try', 'try:\n    import nothing_like_it\n    SESSION_COOKIE_NAME = "b"\nexcept ImportError:\n    pass'],
    ['an attribute of the module', 'import settings\nsettings.SESSION_COOKIE_NAME = "b"'], ['split-settings', 'from split_settings.tools import include\ninclude("other.py")'], ['configurations', 'from configurations import Configuration\nclass Dev(Configuration):\n    SESSION_COOKIE_NAME = "b"'],
    ['a decorator', 'def d(f):\n    global SESSION_COOKIE_NAME\n    SESSION_COOKIE_NAME = "b"\n    return f\n@d\ndef g():\n    pass'], ['a class body', 'def f():\n    global SESSION_COOKIE_NAME\n    SESSION_COOKIE_NAME = "b"\nclass A:\n    x = f()'],
    ['a default argument', 'def f():\n    global SESSION_COOKIE_NAME\n    SESSION_COOKIE_NAME = "b"\ndef g(x=f()):\n    pass'], ['an exception handler', 'try:\n    unknown()\nexcept Exception as SESSION_COOKIE_NAME:\n    pass'],
    ['unpacking', 'SESSION_COOKIE_NAME, other = unknown()'], ['a class instance', 'class A:\n    def __init__(self):\n        global SESSION_COOKIE_NAME\n        SESSION_COOKIE_NAME = "b"\nA()'],
    ['a chained assignment', 'x = SESSION_COOKIE_NAME = unknown()'], ['an f-string', 'SESSION_COOKIE_NAME = f"{unknown()}"'], ['a comprehension', 'SESSION_COOKIE_NAME = [x for x in unknown()]'],
  ])('%s: the old value is no fact any more', async (_name, code) => {
    const reading = await read({ 'settings.py': `SESSION_COOKIE_NAME = "a"\n${code}\n` })
    expect(cookieName(reading)).not.toBe('a')
  })

  test.each([
    ['an unknown call', 'change(INSTALLED_APPS)'], ['an alias', 'x = INSTALLED_APPS\nchange(x)'], ['a list that holds it', 'x = [INSTALLED_APPS]\nchange(x)'], ['a method that is not followed', 'INSTALLED_APPS.sort(key=unknown)'], ['a slice', 'INSTALLED_APPS[0:1] = unknown()'],
    ['an unknown sum', 'INSTALLED_APPS += unknown()'], ['a dict that holds it', 'change({"k": INSTALLED_APPS})'], ['a keyword', 'change(apps=INSTALLED_APPS)'], ['a default argument', 'def f(x=INSTALLED_APPS):\n    x.pop(unknown())\nf()'],
    ['a closure', 'def f():\n    INSTALLED_APPS.append(unknown())\n    return unknown2(f)\nf()'], ['an item in a class', 'class A:\n    INSTALLED_APPS.append("b")'],
  ])('%s: a list that may have changed is no fact any more', async (_name, code) => {
    const reading = await read({ 'settings.py': `INSTALLED_APPS = ["a"]\n${code}\n` })
    expect(reading.settings.INSTALLED_APPS.value).not.toEqual(['a'])
  })

  test.each([
    ['an unknown package', 'import vault\nvault.load()'], ['os.environ.update', 'os.environ.update(unknown())'], ['an item that is not known', 'os.environ[unknown()] = "x"'],
  ])('%s may have set the environment', async (_name, code) => {
    const reading = await read({ 'settings.py': `import os\n${code}\nSESSION_COOKIE_NAME = os.environ.get("NAME", "default")\n` })
    expect(why(reading)).not.toBeNull()
  })
})

test('secrets are named, never shown', async () => {
  const reading = await read({ 'settings.py': 'SECRET_KEY = "marker-one"\nSECRET_KEY_FALLBACKS = ["marker-two"]\nDATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "a", "PASSWORD": "marker-three"}}\nCACHES = {"default": {"BACKEND": "x", "LOCATION": "redis://u:marker-four@h/1", "OPTIONS": {"PASSWORD": "marker-five"}}}\nif SECRET_KEY == "marker-one-and-more": DEBUG = True\n' })
  expect(JSON.stringify(reading)).not.toContain('marker')
  expect(reading.secrets.get('SECRET_KEY')).toBe('marker-one')
  expect(reading.secrets.get('DATABASES.default.PASSWORD')).toBe('marker-three')
})
