import { execFile } from 'node:child_process'
import { mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { readStatic } from '../../electron/core/project/reading/read-static.ts'
import type { ProjectValue } from '../../shared/model/project.ts'
import { whyUnknown } from '../../shared/model/project.ts'
import { findDjangos } from '../support/django.ts'
import { never } from '../support/project-samples.ts'
import { createRandom } from '../support/random.ts'
import { comparePrograms } from '../support/settings-peer.ts'
import { startPeer } from '../support/python-peer.ts'
import { makeProgram, PROGRAMS_ANSWERS } from '../support/settings-programs.ts'

/** Made-up settings files with branches, aliases, functions, loops and exceptions: what is told is what Python ends with. */
const run = promisify(execFile)
const SEEDS = [11, 22, 33, 44, 55, 66]
const COUNT = 400
const SCRIPT = `
import json, os, runpy, sys
values = runpy.run_path(os.path.join(sys.argv[1], "s0.py"), run_name="s0")
print(json.dumps([{name: values[name] for name in sys.argv[3:] if name in values}]))
`

describe.each(findDjangos().slice(0, 1).map((django) => ({ name: django.label, django })))('$name', ({ django }) => {
  test.each(SEEDS)('programs of seed %i: no fact is wrong, and possible values are all there are', { timeout: 240_000 }, async (seed) => {
    const random = createRandom(seed)
    const programs = Array.from({ length: COUNT }, () => makeProgram(Array.from({ length: 3 + random.below(9) }, () => random.below(2 ** 31))))
    await using python = startPeer(django, PROGRAMS_ANSWERS)
    const outcomes = await comparePrograms(python.ask, programs)
    const wrong = outcomes.flatMap((outcome, index) => (outcome === null || outcome.wrong.length === 0 ? [] : [`${outcome.wrong.join('\n')}\n${programs[index]?.settings ?? ''}`]))
    expect(wrong.slice(0, 2)).toEqual([])
    const compared = outcomes.filter((outcome) => outcome !== null)
    const sum = (count: (outcome: (typeof compared)[number]) => number): number => compared.reduce((total, outcome) => total + count(outcome), 0)
    expect(sum(({ told }) => told)).toBeGreaterThan(COUNT)
    console.info(`programs: ${COUNT} of seed ${seed}, of which ${COUNT - compared.length} raise; settings told ${sum(({ told }) => told)}, unknown ${sum(({ unknown }) => unknown)}, with all possible values ${sum(({ possible }) => possible)}`)
  })
})

/** Code that is not followed gets what cannot be changed: a text, a path, a number. */
const GIVEN = `import os, shutil, subprocess, tempfile
from contextlib import suppress
from pathlib import Path
ROOT = tempfile.mkdtemp()
SESSION_FILE_PATH = "/tmp/sessions-of-nobody"
SESSION_COOKIE_NAME = "name"
SESSION_COOKIE_AGE = 60
MEDIA_ROOT = Path("/srv/media")
STATIC_ROOT = "/srv/static"
ALLOWED_HOSTS = ["a"]
MIDDLEWARE = ["m"]
CACHES = {"default": {"BACKEND": "one"}}
os.makedirs(ROOT + SESSION_FILE_PATH, exist_ok=True)
os.path.isdir(SESSION_FILE_PATH) or os.path.ismount(SESSION_FILE_PATH)
Path(ROOT + SESSION_FILE_PATH).mkdir(parents=True, exist_ok=True)
os.stat_result((SESSION_COOKIE_AGE,) * 10)
subprocess.run(["true", SESSION_FILE_PATH, str(MEDIA_ROOT)], check=False)
shutil.which(SESSION_COOKIE_NAME, path=STATIC_ROOT)
with suppress(OSError):
    MEDIA_ROOT.stat()
    os.mkdir(SESSION_FILE_PATH + "/below/what/is/not/there")
if not os.path.exists(SESSION_FILE_PATH):
    os.fsencode(SESSION_FILE_PATH)
for folder in (SESSION_FILE_PATH, STATIC_ROOT):
    os.makedirs(ROOT + folder, exist_ok=True)
[os.fsencode(one) for one in (SESSION_FILE_PATH, STATIC_ROOT)]
def make(path, age):
    return os.fsencode(path), divmod(age, 2)
make(SESSION_FILE_PATH, SESSION_COOKIE_AGE)
(lambda path: os.fsencode(path))(MEDIA_ROOT)
sorted([SESSION_FILE_PATH, STATIC_ROOT], key=os.fsencode)
LISTED = [os.fsencode(SESSION_FILE_PATH) for one in os.listdir(ROOT) if one != STATIC_ROOT]
functools = __import__ and map(os.fsencode, (SESSION_COOKIE_NAME,))
list(functools)
subprocess.list2cmdline(ALLOWED_HOSTS)
MEDIA_ROOT = str(MEDIA_ROOT)
`

describe.each(findDjangos().slice(0, 1).map((django) => ({ name: django.label, django })))('$name, what cannot be changed', ({ django }) => {
  test('stays known whatever it is given to; a list does not', { timeout: 60_000 }, async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'coatcheck-given-')))
    await writeFile(join(folder, 's0.py'), GIVEN)
    const names = ['SESSION_FILE_PATH', 'SESSION_COOKIE_NAME', 'SESSION_COOKIE_AGE', 'MEDIA_ROOT', 'STATIC_ROOT', 'MIDDLEWARE', 'CACHES'] as const
    const { stdout } = await run(django.path, ['-c', SCRIPT, folder, '1', ...names], { env: { PATH: process.env['PATH'] ?? '', PYTHONDONTWRITEBYTECODE: '1' } })
    const [real] = JSON.parse(stdout) as readonly (Readonly<Record<string, ProjectValue>> | null)[]
    const { settings } = await readStatic({ folder, module: 's0', environment: {}, djangoVersion: '5.2' }, never())
    expect(Object.fromEntries(names.map((name) => [name, settings[name].value]))).toEqual(real)
    expect(whyUnknown(settings.ALLOWED_HOSTS.value)).toContain('list2cmdline')
  })

  test('a variable of the environment that may not be set may raise: what its handler leaves is possible', async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'coatcheck-given-')))
    await writeFile(join(folder, 's0.py'), 'import os\nSESSION_COOKIE_NAME = "name"\nos.environ.update({str(os.getpid()): "x"})\ntry:\n    os.environ["NOT_SET"]\n    SESSION_COOKIE_NAME = "v" if os.environ.get("NOT_SET") else "w"\nexcept Exception:\n    pass\n')
    const { settings } = await readStatic({ folder, module: 's0', environment: {}, djangoVersion: '5.2' }, never())
    const { value, conditional } = settings.SESSION_COOKIE_NAME
    expect(whyUnknown(value)).not.toBeNull()
    // Python ends with "name".
    expect(conditional.map((option) => option.value)).toContain('name')
  })

  test.each([
    ['a list that it changes', '[MIDDLEWARE.append(one) for one in os.listdir("/")[:1]]'],
    ['a name that it binds', '[(SESSION_COOKIE_NAME := one) for one in os.listdir("/")[:1]]'],
    ['a name that a function of it binds', 'def bind():\n    global SESSION_COOKIE_NAME\n    SESSION_COOKIE_NAME = "bound"\n[bind() or SESSION_COOKIE_NAME for one in os.listdir("/")[:1]]'],
    ['a name that a function binds which it finds in a list', 'def bind():\n    global SESSION_COOKIE_NAME\n    SESSION_COOKIE_NAME = "bound"\nALL = {"a": [bind]}\n[ALL["a"][0]() or SESSION_COOKIE_NAME for one in os.listdir("/")[:1]]'],
    ['a name that it reaches by another way', '[globals().update(SESSION_COOKIE_NAME=one) for one in os.listdir("/")[:1]]'],
  ])('a comprehension that is not followed: %s is not known after it', async (_what, code) => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'coatcheck-given-')))
    await writeFile(join(folder, 's0.py'), `import os\nMIDDLEWARE = ["m"]\nSESSION_COOKIE_NAME = "name"\n${code}\n`)
    const { stdout } = await run(django.path, ['-c', SCRIPT, folder, '1', 'MIDDLEWARE', 'SESSION_COOKIE_NAME'], { env: { PATH: process.env['PATH'] ?? '', PYTHONDONTWRITEBYTECODE: '1' } })
    const [real] = JSON.parse(stdout) as readonly (Readonly<Record<string, ProjectValue>> | null)[]
    const { settings } = await readStatic({ folder, module: 's0', environment: {}, djangoVersion: '5.2' }, never())
    const changed = (['MIDDLEWARE', 'SESSION_COOKIE_NAME'] as const).filter((name) => JSON.stringify(real?.[name]) !== JSON.stringify(name === 'MIDDLEWARE' ? ['m'] : 'name'))
    expect(changed).toHaveLength(1)
    for (const name of changed) expect(whyUnknown(settings[name].value)).not.toBeNull()
  })
})
