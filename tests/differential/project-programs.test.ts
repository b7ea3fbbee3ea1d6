import { execFile } from 'node:child_process'
import { mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { sameValue } from '../../electron/core/project/known-values.ts'
import { readStatic } from '../../electron/core/project/reading/read-static.ts'
import type { ProjectValue } from '../../shared/model/project.ts'
import { whyUnknown } from '../../shared/model/project.ts'
import { findDjangos } from '../support/django.ts'
import { never } from '../support/project-samples.ts'
import type { Random } from '../support/random.ts'
import { createRandom } from '../support/random.ts'

/** Made-up settings files with branches, aliases, functions, loops and exceptions: what is told is what Python ends with. */
const run = promisify(execFile)
const COUNT = 1500
const LISTS = ['INSTALLED_APPS', 'MIDDLEWARE', 'ALLOWED_HOSTS'] as const
const TEXTS = ['SESSION_COOKIE_NAME', 'SESSION_COOKIE_PATH', 'TIME_ZONE'] as const
const DICTS = ['CACHES', 'DATABASES'] as const
const NAMES = [...LISTS, ...TEXTS, ...DICTS]
const SCRIPT = `
import json, os, runpy, sys
out = []
for number in range(int(sys.argv[2])):
    os.environ.pop("SET_BY_IT", None)
    try:
        values = runpy.run_path(os.path.join(sys.argv[1], "s%d.py" % number), run_name="s%d" % number)
        out.append({name: values[name] for name in sys.argv[3:] if name in values})
    except BaseException as error:
        out.append(None)
print(json.dumps(out))
`
const START = `import os
INSTALLED_APPS = ["a"]
MIDDLEWARE = ["m"]
ALLOWED_HOSTS = []
SESSION_COOKIE_NAME = "name"
SESSION_COOKIE_PATH = "/"
TIME_ZONE = "UTC"
CACHES = {"default": {"BACKEND": "one"}}
DATABASES = {"default": {"NAME": "n"}}
EVERY = [INSTALLED_APPS, CACHES]
`

describe.each(findDjangos().slice(0, 1).map((django) => ({ name: django.label, django })))('$name', ({ django }) => {
  test('programs', { timeout: 120_000 }, async () => {
    const random = createRandom(2_718_281)
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'coatcheck-programs-')))
    const programs = Array.from({ length: COUNT }, () => START + block(random, 0, 2, 4 + random.below(8)))
    await Promise.all(programs.map((text, index) => writeFile(join(folder, `s${index}.py`), text)))
    const { stdout } = await run(django.path, ['-c', SCRIPT, folder, String(COUNT), ...NAMES], { env: { PATH: process.env['PATH'] ?? '', PYTHONDONTWRITEBYTECODE: '1' }, maxBuffer: 64 * 1024 * 1024 })
    const real = JSON.parse(stdout) as readonly (Readonly<Record<string, ProjectValue>> | null)[]
    const wrong: string[] = []
    const tally = { told: 0, unknown: 0, failed: 0 }
    for (const [index, text] of programs.entries()) {
      const values = real[index]
      const read = await readStatic({ folder, module: `s${index}`, environment: {}, djangoVersion: '5.2' }, never())
      if (values === null || values === undefined) {
        tally.failed += 1
        continue
      }
      for (const name of NAMES) {
        const { value, conditional } = read.settings[name]
        const isUnknown = whyUnknown(value) !== null
        tally[isUnknown ? 'unknown' : 'told'] += 1
        const isPossible = whyUnknown(value)?.startsWith('it depends on') !== true || conditional.some((option) => sameValue(option.value, values[name]))
        if (name in values && (!sameValue(value, values[name]) || !isPossible)) wrong.push(`${name}: said ${JSON.stringify(value)} ${JSON.stringify(conditional)}, Python ${JSON.stringify(values[name])}\n${text}`)
      }
    }
    expect(wrong.slice(0, 2)).toEqual([])
    console.info(`programs: ${COUNT}, of which ${tally.failed} raise; settings told ${tally.told}, unknown ${tally.unknown}`)
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

const CONDITIONS = ['True', 'False', 'SESSION_COOKIE_NAME == "name"', 'len(INSTALLED_APPS) > 1', 'os.environ.get("NOT_SET")', 'os.environ.get("SET_BY_IT") == "1"', 'os.getpid() > 0', 'os.getpid() < 0', '"m" in MIDDLEWARE', 'not ALLOWED_HOSTS', 'CACHES is DATABASES', '"other" in CACHES and os.getpid() > 0']

function block(random: Random, indent: number, depth: number, count: number): string {
  return Array.from({ length: count }, () => statement(random, indent, depth)).join('')
}

function statement(random: Random, indent: number, depth: number): string {
  const pad = ' '.repeat(indent)
  const list = random.pick(LISTS)
  const text = random.pick(TEXTS)
  const dict = random.pick(DICTS)
  const inner = (): string => block(random, indent + 4, depth - 1, 1 + random.below(2))
  const simple = [
    `${list}.append("${random.below(9)}")`, `${list} += ["x${random.below(9)}"]`, `${list} = ${random.pick(LISTS)}`, `${list} = ${list} + ["y"]`, `${list}.insert(0, "z")`, `${list} = [item for item in ${list} if item != "a"]`, `${list}.sort()`, `del ${list}[:1]`,
    `${text} = "t${random.below(9)}"`, `${text} += "+"`, `${text} = f"{${random.pick(TEXTS)}}-{len(${list})}"`, `${text} = "v" if ${random.pick(CONDITIONS)} else "w"`, `${text} = os.environ.get("NOT_SET") or "fallback"`, `${text} = str(os.getpid() > 0)`, `${text} = ${random.pick(TEXTS)} or unknown_name`,
    `${dict}["other"] = {"k": ${text}}`, `${dict}["default"]["NAME"] = ${text}`, `${dict}.update({"up": ${list}})`, `${dict} = dict(${random.pick(DICTS)})`, `${dict} = {**${random.pick(DICTS)}, "more": 1}`, `alias = ${dict}`, `EVERY[0].append("every")`, 'EVERY[1]["every"] = 1', `EVERY.append(${list})`, `EVERY[-1] += ["last"]`,
    'os.environ["SET_BY_IT"] = "1"', `${text} = os.environ.get("SET_BY_IT", "none")`, `sorted(${list})`, `list(map(${list}.append, ["mapped"]))`, `globals()["${text}"] = "by globals"`, `getattr(${list}, "append")("by getattr")`, `${text}, ${random.pick(TEXTS)} = "p", "q"`, `(${list} if os.getpid() > 0 else []).append("cond")`, `[${list}.append(i) for i in ("c1", "c2")]`, `${list}.extend(x for x in ${random.pick(LISTS)}[:1])`, `${text} = ${dict}.get("none", ${text})`, `${text} = ${dict}.pop("other", {}).get("k", "popped")`,
  ]
  if (depth === 0 || random.next() < 0.55) return `${pad}${random.pick(simple)}\n`
  const condition = random.pick(CONDITIONS)
  const name = `f${random.below(4)}`
  switch (random.below(9)) {
    case 0: return `${pad}if ${condition}:\n${inner()}`
    case 1: return `${pad}if ${condition}:\n${inner()}${pad}else:\n${inner()}`
    case 2: return `${pad}if ${condition}:\n${inner()}${pad}elif ${random.pick(CONDITIONS)}:\n${inner()}${pad}else:\n${inner()}`
    case 3: return `${pad}try:\n${inner()}${pad}    ${random.pick(['import nothing_of_this_name', 'raise KeyError("x")', 'os.environ["NOT_SET"]', 'pass', 'os.stat("/nowhere")', '{}["k"]', 'unknown_name'])}\n${inner()}${pad}except ${random.pick(['ImportError', 'KeyError', 'Exception', '(OSError, NameError, KeyError, ImportError)'])}:\n${inner()}`
    case 4: return `${pad}for item in ${random.pick(['("l1", "l2")', `list(${list})`, 'os.listdir("/")[:1]', 'range(2)'])}:\n${pad}    ${list}.append(str(item))\n${pad}    if ${condition}:\n${pad}        ${random.pick(['break', 'continue', 'pass'])}\n${inner()}`
    case 5: return `${pad}def ${name}(value="d"):\n${pad}    ${random.pick(['', `global ${text}\n${pad}    `])}${text} = value\n${pad}    ${list}.append(value)\n${pad}    if ${condition}:\n${pad}        return "${random.below(9)}"\n${pad}    return value\n${pad}${random.pick([`${text} = ${name}()`, `${name}("given")`, `list(map(${name}, ["x"]))`, `other = ${name}\n${pad}other()`])}\n`
    case 6: return `${pad}while ${random.pick(['len(ALLOWED_HOSTS) < 2', 'False', 'not ALLOWED_HOSTS'])}:\n${pad}    ALLOWED_HOSTS.append("while")\n${inner()}${pad}    break\n`
    case 7: return `${pad}class C:\n${pad}    ${list}.append("class")\n${pad}    ${text} = "inside"\n`
    default: return `${pad}with open(os.devnull) as handle:\n${inner()}`
  }
}
