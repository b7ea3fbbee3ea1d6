import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import { condition, DICTS, dictOf, LISTS, listOf, raising, textOf, TEXTS } from './settings-expressions.ts'

/** Settings by chance: two Python files that share and change lists, dicts, names and the environment in every way that is known to people. */
export interface SettingsProgram {
  /** The settings module. */
  readonly settings: string
  /** A module that the settings may import; `MODULE` stands for its name there. */
  readonly other: string
}

export const PROGRAM_NAMES = [...LISTS, ...TEXTS, ...DICTS]

/**
 * Python that imports modules `p.s0`, `p.s1`… of a folder, one after the other, and answers with what each of the named settings ends as:
 * null for a module that raises or does not end. A question is `{folder, count, names}`.
 */
export const PROGRAMS_ANSWERS = `
import importlib, json, os, resource, signal, sys, warnings
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
sys.dont_write_bytecode = True
warnings.simplefilter("ignore")
class Endless(BaseException): pass
running = False
def stop(*_):
    if running: raise Endless()
signal.signal(signal.SIGVTALRM, stop)
def told(value):
    try:
        return json.loads(json.dumps(value, default=lambda _: {"$unknown": "no JSON"}))
    except (TypeError, ValueError, RecursionError):
        return {"$unknown": "no JSON"}
def end(number, names):
    global running
    os.environ.clear()
    try:
        running = True
        # Again and again: programs may catch it.
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.5, 0.02)
        values = vars(importlib.import_module("p.s%d" % number))
        running = False
        return {name: told(values[name]) for name in names if name in values}
    except BaseException:
        running = False
        return None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        for name in list(sys.modules):
            if name == "p" or name.startswith("p."): del sys.modules[name]
def respond(question):
    before = dict(os.environ)
    sys.path.insert(0, question["folder"])
    importlib.invalidate_caches()
    try:
        return [end(number, question["names"]) for number in range(question["count"])]
    finally:
        sys.path.pop(0)
        os.environ.update(before)
`
const START = `import copy, functools, os, sys
from contextlib import suppress
INSTALLED_APPS = ["a"]
MIDDLEWARE = ["m"]
ALLOWED_HOSTS = []
SESSION_COOKIE_NAME = "name"
SESSION_COOKIE_PATH = "/"
TIME_ZONE = "UTC"
CACHES = {"default": {"BACKEND": "one", "HOSTS": ["h"]}}
DATABASES = {"default": {"NAME": "n"}}
EVERY = [INSTALLED_APPS, CACHES]
alias, held, box, pair = MIDDLEWARE, DATABASES, [INSTALLED_APPS, {"in": CACHES}], (ALLOWED_HOSTS, DATABASES)
def f0(value="d"): return value
f1 = f2 = f3 = f0
fn = lambda *rest: None
`

/** @param seeds one for each statement, the first for the other module too */
export function makeProgram(seeds: readonly number[]): SettingsProgram {
  const random = createRandom(seeds[0] ?? 0)
  const other = `import os\n${random.pick(['', `__all__ = ["${random.pick(LISTS)}", "${random.pick(TEXTS)}"]\n`, '__all__ = ["SHARED"] + ["TIME_ZONE"]\n'])}SHARED = ["shared"]\n_PRIVATE = ["private"]\n${random.pick(LISTS)} = SHARED\n${random.pick(TEXTS)} = "from other"\nTIME_ZONE = "other"\n${random.pick(LISTS)} = ["o"]\n${random.pick(DICTS)} = {"default": {"NAME": "other", "HOSTS": SHARED}}\ndef change(value):\n    SHARED.append(value)\n    return SHARED\ndef rebind():\n    global TIME_ZONE, SHARED\n    TIME_ZONE = "rebound"\n    SHARED = ["again"]\n${random.pick(['', 'if os.getpid() > 0:\n    TIME_ZONE = "if"\n', 'os.environ["SET_BY_IT"] = "other"\n'])}`
  return { settings: START + seeds.map((seed) => statement(createRandom(seed), 0, 2)).join(''), other }
}

function block(random: Random, indent: number, depth: number, count: number): string {
  return Array.from({ length: count }, () => statement(random, indent, depth)).join('')
}

function statement(random: Random, indent: number, depth: number): string {
  const pad = ' '.repeat(indent)
  if (depth === 0 || random.next() < 0.6) return `${pad}${random.pick(random.next() < 0.85 ? SIMPLE : RARE)(random).replaceAll('\n', `\n${pad}`)}\n`
  const made = random.pick(COMPOUND)(random, () => block(random, 4, depth - 1, 1 + random.below(3)))
  return made.split('\n').map((line) => (line === '' ? '' : pad + line)).join('\n')
}

type Simple = (random: Random) => string
const list: Simple = (random) => random.pick([...LISTS, ...LISTS, 'alias', 'EVERY[0]', 'box[0]', 'pair[0]', 'CACHES["default"]["HOSTS"]'])
const dict: Simple = (random) => random.pick([...DICTS, ...DICTS, ...DICTS, 'held', 'EVERY[1]', 'box[1]["in"]', 'pair[1]'])
const text: Simple = (random) => random.pick(TEXTS)

const SIMPLE: readonly Simple[] = [
  (r) => `${list(r)}.append(${textOf(r)})`, (r) => `${list(r)} += ["x${r.below(9)}"]`, (r) => `${r.pick(LISTS)} = ${listOf(r)}`, (r) => `${r.pick(LISTS)} = ${listOf(r)}`, (r) => `alias = ${listOf(r)}`, (r) => `held = ${dictOf(r)}`, (r) => `${r.pick(DICTS)} = ${dictOf(r)}`, (r) => `${r.pick(DICTS)} = ${dictOf(r)}`,
  (r) => `box = [${listOf(r)}, {"in": ${dictOf(r)}}]`, (r) => `pair = (${listOf(r)}, ${dictOf(r)})`, (r) => `${list(r)}.insert(${r.below(3) - 1}, "z")`, (r) => `${list(r)}.sort()`, (r) => `del ${list(r)}[:1]`, (r) => `${list(r)}[:] = ${listOf(r)}`, (r) => `${list(r)}[0:1] = ["s", ${textOf(r)}]`, (r) => `${list(r)}.extend(${listOf(r)})`,
  (r) => `${text(r)} = ${textOf(r)}`, (r) => `${text(r)} = ${textOf(r)}`, (r) => `${text(r)} = ${textOf(r)}`, (r) => `${text(r)} += "+"`, (r) => `${dict(r)}["other"] = {"k": ${textOf(r)}}`, (r) => `${dict(r)}["default"]["NAME"] = ${textOf(r)}`, (r) => `${dict(r)}.update({"up": ${listOf(r)}})`, (r) => `${dict(r)}["list"] = ${listOf(r)}`, (r) => `${dict(r)}.setdefault("list", []).append("sd")`,
  (r) => `${dict(r)}["default"] = ${dict(r)}["default"]`, (r) => `${dict(r)}["default"].setdefault("S", ${listOf(r)}).append(${textOf(r)})`, (r) => `EVERY.append(${listOf(r)})`, () => 'EVERY[-1] += ["last"]', (r) => `${r.pick(LISTS)}, ${r.pick(LISTS)} = ${listOf(r)}, ${listOf(r)}`, (r) => `${text(r)}, ${text(r)} = "p", ${textOf(r)}`,
  (r) => `first, *${r.pick(LISTS)} = ${listOf(r)}`, (r) => `${r.pick(LISTS)}, held = pair`, (r) => `(${listOf(r)} if ${condition(r)} else ${listOf(r)}).append("cond")`, (r) => `${text(r)} = (walrus := ${textOf(r)})`, (r) => `${list(r)}.append(alias)`, (r) => `f${r.below(4)}("given")`, (r) => `${text(r)} = f${r.below(4)}()`, (r) => `fn(${listOf(r)})`,
  (r) => `fn = lambda x=${listOf(r)}: x.append("lam")`, (r) => `fn = lambda *rest: ${list(r)}.append("lambda")`, (r) => `held = {**held, "more": ${listOf(r)}}`, (r) => `for item in ${listOf(r)}[:2]: ${list(r)}.append("i"); ${r.pick(['break', 'pass', 'continue'])}`, (r) => `if ${condition(r)}: ${text(r)} = ${textOf(r)}`, (r) => `if ${condition(r)}: ${list(r)}.append("if")`,
]

const RARE: readonly Simple[] = [
  () => 'os.environ["SET_BY_IT"] = "1"', (r) => `os.environ["SET_BY_IT"] = ${textOf(r)}`, () => 'os.environ.update({"SET_BY_IT": "2"})', () => 'os.environ.pop("SET_BY_IT", None)', () => 'os.environ.setdefault("SET_BY_IT", "3")', () => 'os.environ[str(os.getpid())] = "y"', () => 'env = os.environ\nenv["SET_BY_IT"] = "4"', () => 'if "SET_BY_IT" in os.environ: del os.environ["SET_BY_IT"]',
  (r) => `${text(r)} = os.environ.get("SET_BY_IT", "none")`, (r) => `sorted(${list(r)})`, (r) => `list(map(${list(r)}.append, ["mapped"]))`, (r) => `globals()["${text(r)}"] = "by globals"`, (r) => `globals().update(${text(r)}="updated")`, (r) => `setattr(sys.modules[__name__], "${text(r)}", "set")`, (r) => `exec('${text(r)} = "executed"')`, (r) => `getattr(${list(r)}, "append")("by getattr")`,
  (r) => `[${list(r)}.append(i) for i in ("c1", "c2")]`, (r) => `${list(r)}.extend(x for x in ${listOf(r)}[:1])`, (r) => `any(${list(r)}.append(i) for i in ("g1", "g2"))`, (r) => `gen = (${list(r)}.append(i) for i in ("g",))\n${r.pick(['list(gen)', 'pass'])}`, (r) => `${text(r)} = ${dict(r)}.pop("other", {}).get("k", "popped")`, (r) => `callback = [f${r.below(4)}, fn]\ncallback[0]("cb")`, (r) => `functools.partial(${list(r)}.append, "part")()`,
  (r) => `f${r.below(4)}(*["star"])`, (r) => `f${r.below(4)}(**{"value": ${textOf(r)}})`, (r) => `list(map(f${r.below(4)}, ["x"]))`, (r) => `sorted(["b", "a"], key=lambda x: ${list(r)}.append(x) or x)`, (r) => `del ${text(r)}`, (r) => `del alias\nalias = ${list(r).replace('alias', 'MIDDLEWARE')}`, (r) => `${dict(r)} |= {"or": ${listOf(r)}}`, (r) => `${dict(r)}["list"] = ${listOf(r)}\n${dict(r)}["list"] += ["dl"]`,
  (r) => `from .MODULE import ${r.pick(['*', '*', 'SHARED', 'change', `SHARED as ${r.pick(LISTS)}`, 'TIME_ZONE', 'rebind'])}`, (r) => `from . import MODULE as mod\n${r.pick([`mod.SHARED.append("mod")`, `mod.TIME_ZONE = "set"`, 'mod.rebind()', `${r.pick(LISTS)} = mod.change("call")`, `${text(r)} = mod.TIME_ZONE`, `${r.pick(DICTS)}["m"] = mod.SHARED`])}`, (r) => `import p.MODULE\n${r.pick(LISTS)} = p.MODULE.SHARED`,
  () => `shallow = list(box)\nshallow[0].append("shallow")`, (r) => `deep = copy.deepcopy(${dict(r)})\ndeep["default"]["NAME"] = "deep"`, (r) => `nested = copy.copy(${dict(r)})\nnested["default"]["NAME"] = ${textOf(r)}`, (r) => `for k, v in ${dict(r)}.items(): ${r.pick(['v["seen"] = k', `${list(r)}.append(k)`, 'held = v'])}`, (r) => `k, v = list(${dict(r)}.items())[0]\nv["first"] = 1`, (r) => `view = ${dict(r)}.keys()\n${dict(r)}["late"] = 1\n${r.pick(LISTS)} = list(view)`,
  () => `[box.append(j) for i in EVERY[:1] for j in list(i)[:2]]`, (r) => `${r.pick(LISTS)} = [(last := i) for i in ${listOf(r)}[:3]]`, (r) => `print(${list(r)}, file=open(os.devnull, "w"))`, (r) => `assert ${condition(r)}`, (r) => `(lambda: ${list(r)}.append("now"))()`, (r) => `x = y = ${listOf(r)}\nx.append("xy")\n${r.pick(LISTS)} = y`, (r) => `${r.pick(LISTS)}[os.getpid() > 0:] = ["pid"]`, (r) => `which = {True: ${listOf(r)}, False: ${listOf(r)}}[os.getpid() > 0]\nwhich.append("which")`, () => `EVERY[os.getpid() * 0].append("which")`,
]

type Compound = (random: Random, inner: () => string, name?: string) => string

const HANDLED = ['ImportError', 'KeyError', 'Exception', '(OSError, NameError, KeyError, ImportError)', 'ValueError', 'LookupError', 'OSError', 'Exception as error', 'BaseException']
const COMPOUND: readonly Compound[] = [
  (r, inner) => `if ${condition(r)}:\n${inner()}`,
  (r, inner) => `if ${condition(r)}:\n${inner()}else:\n${inner()}`,
  (r, inner) => `if ${condition(r)}:\n${inner()}elif ${condition(r)}:\n${inner()}else:\n${inner()}`,
  (r, inner) => `try:\n${inner()}    ${raising(r)}\n${inner()}except ${r.pick(HANDLED)}:\n${inner()}${r.pick(['', `else:\n${inner()}`, `finally:\n${inner()}`, `else:\n${inner()}finally:\n${inner()}`])}`,
  (r, inner) => `try:\n    ${raising(r)}\n${inner()}except ${r.pick(HANDLED)}:\n${inner()}except Exception:\n${inner()}`,
  (r, inner) => `try:\n    ${text(r)} = ${textOf(r)}\n    try:\n${inner().replaceAll(/^/gm, '    ').replaceAll(/^ +$/gm, '')}        ${raising(r)}\n    finally:\n        ${list(r)}.append("finally")\nexcept Exception:\n${inner()}`,
  (r, inner) => `for item in ${r.pick(['("l1", "l2")', `list(${list(r)})`, 'os.listdir("/")[:1]', 'range(2)', `${listOf(r)}[:2]`, 'EVERY[:1]', `list(${dict(r)})`])}:\n    ${list(r)}.append(str(item))\n    if ${condition(r)}:\n        ${r.pick(['break', 'continue', 'pass'])}\n${inner()}${r.pick(['', `else:\n${inner()}`])}`,
  (r, inner) => `def f${r.below(4)}(value="d"):\n    ${r.pick(['', `global ${text(r)}\n    `])}${text(r)} = value\n    ${list(r)}.append(value)\n    if ${condition(r)}:\n        return "${r.below(9)}"\n    return value\n${r.pick(['', inner().replaceAll(/^ {4}/gm, '')])}`,
  (r) => `def f${r.below(4)}(value="d", *rest, **more):\n    global ${text(r)}, ${r.pick(LISTS)}\n    ${text(r)} = ${textOf(r)}\n    return value\n`,
  (r, inner) => `def f${r.below(4)}(value="d", given=${listOf(r)}):\n    given.append(value)\n    def inside():\n        ${r.pick([`${list(r)}.append("closure")`, 'given.append("given")', 'nonlocal value\n        value = "nonlocal"'])}\n    ${r.pick(['inside()', 'box.append(inside)', 'list(map(lambda _: inside(), [1]))', ''])}\n    try:\n        ${raising(r)}\n    except Exception:\n        return "handled"\n    return value\n${inner().replaceAll(/^ {4}/gm, '')}`,
  (r) => `def f${r.below(4)}(value="d"):\n    for item in ${r.pick(['("a", "b")', 'os.listdir("/")[:1]', 'list(ALLOWED_HOSTS)'])}:\n        ${list(r)}.append("loop")\n        if ${condition(r)}:\n            return item\n    return "end"\n${text(r)} = f${r.below(4)}()\n`,
  (r) => `def g():\n    ${list(r)}.append("gen")\n    yield 1\n${r.pick(['g()', 'list(g())', 'for _ in g(): pass'])}\n`,
  (r, inner, turns = `turns${r.below(1_000_000)}`) => `${turns} = 0\nwhile ${r.pick(['len(ALLOWED_HOSTS) < 2', 'False', 'not ALLOWED_HOSTS', 'os.getpid() < 0', `${turns} < 2`])}:\n    ${turns} += 1\n    ALLOWED_HOSTS.append("while")\n    if ${turns} > 3:\n        break\n${inner()}${r.pick(['', '    break\n', `else:\n${inner()}`])}`,
  (r) => `class C:\n    ${list(r)}.append("class")\n    ${text(r)} = "inside"\n    def method(self):\n        global ${text(r)}\n        ${text(r)} = "method"\n        ${list(r)}.append("method")\n${r.pick(['', 'C().method()\n', 'made = C()\nmade.method()\n', 'C\n'])}`,
  (r, inner) => `with ${r.pick(['open(os.devnull) as handle', `suppress(${r.pick(['KeyError', 'Exception', 'OSError, ValueError'])})`, 'suppress(Exception), open(os.devnull)'])}:\n${inner()}    ${r.pick([raising(r), 'pass'])}\n${inner()}`,
  (r, inner) => `class Swallow:\n    def __enter__(self): return ${list(r)}\n    def __exit__(self, *rest): return ${r.pick(['True', 'False', condition(r)])}\nwith Swallow() as entered:\n${inner()}    ${r.pick([raising(r), 'entered.append("entered")'])}\n${inner()}`,
  (r, inner) => `match ${r.pick([textOf(r), listOf(r), dictOf(r)])}:\n    case ${r.pick(['"name"', '["a", *held_rest]', '{"default": {"NAME": captured}}', 'str()', `${text(r)}`])} ${r.pick(['', `if ${condition(r)}`])}:\n${inner().replaceAll(/^/gm, '    ').replaceAll(/^ +$/gm, '')}    case _:\n        ${list(r)}.append("match")\n`,
  (r, inner) => `try:\n    ${r.pick(['from .MODULE import *', 'from .nothing import *', 'import nothing_of_this_name', 'import json', 'from .MODULE import missing'])}\nexcept ImportError:\n${inner()}${r.pick(['', `else:\n${inner()}`])}`,
  (r) => `def decorate(function):\n    ${list(r)}.append("decorated")\n    return function\n@decorate\ndef f${r.below(4)}(value="d"):\n    ${list(r)}.append(value)\n    return value\n`,
]
