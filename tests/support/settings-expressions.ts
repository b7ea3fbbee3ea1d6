import type { Random } from './random.ts'

/** Python expressions by chance, over the settings that `settings-programs.ts` begins with. */
export const LISTS = ['INSTALLED_APPS', 'MIDDLEWARE', 'ALLOWED_HOSTS'] as const
export const TEXTS = ['SESSION_COOKIE_NAME', 'SESSION_COOKIE_PATH', 'TIME_ZONE'] as const
export const DICTS = ['CACHES', 'DATABASES'] as const

type Make = (random: Random) => string
const list: Make = (random) => random.pick([...LISTS, 'alias', 'EVERY[0]', 'box[0]', 'pair[0]'])
const dict: Make = (random) => random.pick([...DICTS, 'held', 'EVERY[1]', 'box[1]["in"]'])
const text: Make = (random) => random.pick(TEXTS)

const LIST_MAKERS: readonly Make[] = [
  list, list, list, (r) => `["n${r.below(9)}"]`, (r) => `${list(r)} + ["y"]`, (r) => `${list(r)}[:1]`, (r) => `${list(r)}[1:]`, (r) => `${list(r)}[:]`, (r) => `list(${list(r)})`, (r) => `${list(r)}.copy()`, (r) => `[*${list(r)}, "s"]`, (r) => `[i for i in ${list(r)} if i != "a"]`, (r) => `list(i for i in ${list(r)})`,
  (r) => `${dict(r)}.get("list", ${list(r)})`, (r) => `(${list(r)} if ${condition(r)} else ${list(r)})`, (r) => `(${list(r)} or ${list(r)})`, (r) => `${dict(r)}.setdefault("list", ${list(r)})`, (r) => `[i for j in (${list(r)},) for i in j]`, (r) => `[str(i) for i in ${list(r)}[:2]]`, (r) => `max([${list(r)}], key=len)`, (r) => `copy.copy(${list(r)})`, (r) => `[${textOf(r, 1)}]`,
]
const DICT_MAKERS: readonly Make[] = [
  dict, dict, dict, (r) => `{**${dict(r)}, "more": 1}`, (r) => `dict(${dict(r)})`, (r) => `dict(${dict(r)}, k=${text(r)})`, (r) => `${dict(r)}.copy()`, (r) => `{"default": ${dict(r)}["default"]}`, (r) => `{"default": {"NAME": ${text(r)}}}`, (r) => `{k: v for k, v in ${dict(r)}.items()}`, (r) => `copy.copy(${dict(r)})`, (r) => `copy.deepcopy(${dict(r)})`,
  (r) => `(${dict(r)} if ${condition(r)} else ${dict(r)})`, (r) => `{"default": {**${dict(r)}["default"], "HOSTS": ${list(r)}}}`, (r) => `${dict(r)} | {"default": {"NAME": "bar"}}`, (r) => `dict(default={"NAME": "kw", "L": ${list(r)}})`,
]
const TEXT_MAKERS: readonly Make[] = [
  (r) => `"t${r.below(9)}"`, text, text, (r) => `f"{${text(r)}}-{len(${list(r)})}"`, (r) => `("v" if ${condition(r)} else "w")`, () => '(os.environ.get("NOT_SET") or "fallback")', () => 'os.environ.get("SET_BY_IT", "none")', () => 'str(os.getpid() > 0)', (r) => `(${text(r)} or unknown_name)`, (r) => `${dict(r)}.get("none", ${text(r)})`, (r) => `",".join(str(i) for i in ${list(r)})`,
  (r) => `"-".join([str(i) for i in ${list(r)}])`, (r) => `str(len(${dict(r)}))`, (r) => `"%s" % ${text(r)}`, (r) => `str(${text(r)}).upper()`, (r) => `str(${dict(r)}["default"].get("NAME", "x"))`, (r) => `str((${list(r)} or ["empty"])[0])`, (r) => `str(sorted(str(i) for i in ${list(r)}))`, (r) => `next(iter(${list(r)}), "none")`, (r) => `str(${list(r)} is ${list(r)})`, (r) => `str(${dict(r)} == ${dict(r)})`,
]
const CONDITIONS: readonly Make[] = [
  () => 'True', () => 'False', () => 'SESSION_COOKIE_NAME == "name"', (r) => `len(${list(r)}) > 1`, () => 'os.environ.get("NOT_SET")', () => 'os.environ.get("SET_BY_IT") == "1"', () => 'os.getpid() > 0', () => 'os.getpid() > 0', () => 'os.getpid() < 0', () => 'os.getpid() < 0', (r) => `"m" in ${list(r)}`, (r) => `not ${list(r)}`, (r) => `${dict(r)} is ${dict(r)}`, (r) => `"other" in ${dict(r)} and os.getpid() > 0`,
  (r) => `${list(r)} is ${list(r)}`, (r) => `${list(r)} == ${list(r)}`, (r) => `any(i == "a" for i in ${list(r)})`, (r) => `(os.getpid() < 0 or ${list(r)}.append("or"))`, (r) => `(os.getpid() > 0 and not ${list(r)}.append("and"))`, (r) => `len(${dict(r)}) > 1`, (r) => `${text(r)} == ${text(r)}`, (r) => `"SET_BY_IT" in os.environ and ${text(r)} != "x"`, () => 'isinstance(ALLOWED_HOSTS, list)', () => '(w := os.getpid()) > 0', () => 'hasattr(os, "getpid")',
]
const RAISING: readonly Make[] = [
  () => 'os.getpid()', () => 'os.stat("/")', () => 'os.stat("/nowhere")', () => 'int("x")', () => 'int("1")', (r) => `${list(r)}[9]`, (r) => `${dict(r)}["nope"]`, () => 'os.environ["NOT_SET"]', () => '{}["k"]', () => 'unknown_name', () => 'import nothing_of_this_name', () => 'import json', () => 'raise ValueError("x")', () => 'raise KeyError("x")', (r) => `${list(r)}.index("a")`, (r) => `${list(r)}.remove("nothing")`, (r) => `f${r.below(4)}()`, () => '1 / 0', () => 'os.listdir("/nowhere")',
  (r) => `assert ${condition(r)}`, () => '"".nothing', (r) => `del ${dict(r)}["nope"]`, () => 'open("/nowhere")', () => 'from os import nothing', () => 'pass', (r) => `${text(r)} + 1`, () => 'first, second = ALLOWED_HOSTS', (r) => `${dict(r)}.pop("nope")`, () => 'os.environ["BAD"] = 1', () => 'os.environ["SET_BY_IT"]', (r) => `${list(r)}.append(os.stat("/nowhere"))`, (r) => `${text(r)} = os.stat("/nowhere") and "stat"`, () => 'del os.environ["NOT_SET"]', () => '[][0]', () => 'str(b"x", "nope")',
  (r) => `[${list(r)}.append(str(1 // i)) for i in (1, 0)]`, () => 'from .MODULE import nothing', (r) => `${list(r)}.extend(os.listdir("/nowhere"))`,
]

/** @param depth 1 for a leaf: no condition within */
export function textOf(random: Random, depth = 0): string {
  return depth > 0 ? random.pick([text(random), `"t${random.below(9)}"`]) : random.pick(TEXT_MAKERS)(random)
}

export function listOf(random: Random): string {
  return random.pick(LIST_MAKERS)(random)
}

export function dictOf(random: Random): string {
  return random.pick(DICT_MAKERS)(random)
}

export function condition(random: Random): string {
  return random.pick(CONDITIONS)(random)
}

/** A statement that raises, or may look as if it did. */
export function raising(random: Random): string {
  return random.pick(RAISING)(random)
}
